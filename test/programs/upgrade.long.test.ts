import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { basename, dirname, join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { readPage } from '../../docs/play/page.ts'
import { type Deployment, deploy } from '../servers/deployment.ts'
import { engines } from '../servers/engines.ts'

const root = join(import.meta.dirname, '../..')
const steps = readPage(join(root, 'docs/how-to/upgrade.md'))

/** A program of ours, to its end. */
const run = (program: string, ...args: readonly string[]): Promise<{ code: unknown; text: string }> =>
  promisify(execFile)(process.execPath, [join(root, 'bin', `${program}.js`), ...args], { timeout: 60_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    error => ({ code: error.code, text: error.stdout + error.stderr }),
  )

/** The page's db_sync, on the configuration of a deployment. */
async function dbSync({ configFile }: Deployment) {
  const [command] = steps.flatMap(step => (step.kind === 'elsewhere' ? step.commands : []))
  const here = command!.command
    .replace('/etc/trove/trove.conf', configFile)
    .replace('/var/lib/trove-ts', dirname(configFile))
  const [program, ...args] = here.split(' ')
  return run(basename(program!), ...args)
}

/**
 * Creates and lists instances, one request after the other, while something is done; all of them must succeed.
 *
 * @param what given what waits until an instance was created and a list came
 */
async function asksWhile(at: Deployment, what: (more: () => Promise<void>) => Promise<void>): Promise<void> {
  const headers = { 'x-auth-token': await at.tokenOf('demo'), 'content-type': 'application/json' }
  const url = `${at.urls[0]}/v1.0/${at.projectOf('demo')}/instances`
  const instance = { name: 'db', flavorRef: '2', volume: { size: 1 }, datastore: { type: 'postgresql' } }
  let isOver = false
  let asked = 0
  const client = (async () => {
    for (; !isOver; asked++) {
      const post = { method: 'POST', body: JSON.stringify({ instance }) }
      const answer = await fetch(url, { headers, ...(asked % 2 === 0 ? post : {}) })
      assert.equal(answer.status, 200, await answer.clone().text())
      await answer.arrayBuffer()
    }
  })()
  // A client that fails early must not be forgotten while the rest goes on.
  client.catch(() => {})
  const more = async () => {
    const enough = asked + 3
    while (asked < enough) await Promise.race([setTimeout(5), client])
  }
  await what(more).finally(() => {
    isOver = true
  })
  await client
}

for (const engine of engines)
  describe(`an upgrade on ${engine.name}, as docs/how-to/upgrade.md has it`, () => {
    const start = async (t: TestContext) =>
      deploy(t, {
        apis: 1,
        workers: 0,
        connection: await engine.createDatabase(),
        conf: { DEFAULT: ['max_instances_per_tenant = -1', 'max_volumes_per_tenant = -1'] },
      })

    test('an API serves while db_sync runs, once more and twice at the same time', async t => {
      const at = await start(t)
      await asksWhile(at, async more => {
        await more()
        for (const { code, text } of [await dbSync(at), ...(await Promise.all([dbSync(at), dbSync(at)]))])
          assert.deepEqual([code, /is up to date/.test(text)], [0, true], text)
        await more()
      })
    })

    test('without db_sync a newer process does not start, and says so; with it, it does', async t => {
      const at = await start(t)
      for (const change of [
        sql`alter table trovets_instances drop column volume_type`,
        sql`delete from trovets_migrations where name >= '0014-trovets-volume-type'`,
      ])
        await change.execute(at.database.kysely)
      for (const program of ['trove-api', 'trove-taskmanager']) {
        const { code, text } = await run(program, '--config-file', at.configFile)
        assert.equal(code, 1, text)
        assert.match(text, /^The database \S+ is not set up, or not up to date\. Run `trove-manage db_sync` first\.$/m)
      }
      assert.equal((await dbSync(at)).code, 0)
      await at.replaceApi(0)
      await at.startWorker()
      await asksWhile(at, more => more())
    })

    test('an API serves while a newer version adds to the schema, and starts on it again, which is going back', async t => {
      const at = await start(t)
      await asksWhile(at, async more => {
        await more()
        for (const change of [
          sql`create table trovets_later (id varchar(36) not null primary key, said text)`,
          sql`alter table trovets_instances add column later text`,
          sql`insert into trovets_migrations (name, timestamp) values ('0999-of-a-newer-version', '2036-01-01')`,
        ]) {
          await change.execute(at.database.kysely)
          await more()
        }
      })
      at.apis[0]!.child.kill('SIGTERM')
      await at.apis[0]!.ended
      await at.replaceApi(0)
      await asksWhile(at, more => more())
      assert.equal(await (await fetch(`${at.urls[0]}/healthcheck`)).text(), 'OK')
      const { code, text } = await dbSync(at)
      assert.equal(code, 1)
      assert.match(
        text,
        /a newer version of this program has added 0999-of-a-newer-version\. This version of the program works on it without an upgrade\./,
      )
    })
  })
