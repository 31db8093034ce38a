import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrations/index.ts'
import { onlyWithEverything, runsEverything, several } from '../extent.ts'
import { engines } from '../servers/engines.ts'
import { printedSeed } from '../store/seed.ts'
import { writeWorldFiles } from '../world-files.ts'

// The catalogue that the issue of large operators speaks of: 50 versions, 2,000 flavors, 20,000 associations. The short form has
// fewer of each, but more than the 2,000 rows from which on progress is reported.
const [versionCount, flavorCount, associationsEach] = [several(50, 20), several(2000, 350), several(400, 50)]
/** An association and a requirement each, and an event of each. */
const rowCount = 2 * versionCount * (associationsEach + 1)
const half = associationsEach / 2
const program = join(import.meta.dirname, '../../bin/trove-manage.js')

const flavors = stringify({
  flavors: Array.from({ length: flavorCount }, (_, index) => ({
    id: `f-${index}`,
    name: `m1.${index}`,
    vcpus: 1 + (index % 16),
    ram: 512 * (1 + (index % 64)),
    disk: 10,
  })),
})

/**
 * @param from the number of the first flavor that the first version is associated with
 * @param each how many flavors each version is associated with
 */
const catalogue = (from: number, each: number) =>
  stringify({
    datastores: [
      {
        name: 'mysql',
        versions: Array.from({ length: versionCount }, (_, number) => ({
          name: `8.${number}`,
          manager: 'mysql',
          default: number === 0,
          requirements: ['ram>=1GiB'],
          flavors: Array.from({ length: each }, (_, index) => {
            const flavor = (from + number * 30 + index) % flavorCount
            return flavor % 2 === 0 ? `f-${flavor}` : `m1.${flavor}`
          }),
        })),
      },
    ],
  })

async function makeShop(t: TestContext, connection: string) {
  const { dataDir, configFile } = await writeWorldFiles({ connection, flavors })
  const database = await openDatabase(connection, { poolSizeMax: 2, create: true })
  await migrate(database)
  t.after(async () => {
    await database.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const file = (name: string, from: number, each = associationsEach) => {
    writeFileSync(join(dataDir, name), catalogue(from, each))
    return join(dataDir, name)
  }
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [program, '--config-file', configFile, ...args])
    const said = { out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', text => (said.out += text))
    child.stderr.setEncoding('utf8').on('data', text => (said.err += text))
    return { child, said, ended: once(child, 'close').then(([code, signal]) => signal ?? code) }
  }
  async function run(...args: string[]) {
    const { said, ended } = start(...args)
    return { code: await ended, ...said }
  }
  /** Everything that an apply writes, past the program that wrote it. */
  async function everything(): Promise<string> {
    const tables = ['datastores', 'datastore_versions', 'datastore_version_metadata', 'trovets_policy_events'] as const
    return JSON.stringify(
      await Promise.all(tables.map(table => database.kysely.selectFrom(table).selectAll().orderBy('id').execute())),
    )
  }
  return { dataDir, file, start, run, everything }
}

const lines = (text: string, start: string) => text.split('\n').filter(line => line.startsWith(start)).length

for (const engine of engines.slice(0, several(engines.length, 1)))
  describe(`a catalogue of ${versionCount} versions and ${versionCount * associationsEach} associations, on ${engine.name}`, () => {
    test('is applied, exported, compared, and applied again without a change', async t => {
      const { dataDir, file, run, everything } = await makeShop(t, await engine.createDatabase())
      const [first, second] = [file('first.yaml', 0), file('second.yaml', half)]

      const made = await run('catalog_apply', first)
      assert.equal(made.code, 0, made.err)
      assert.match(made.err, new RegExp(`^Writing ${rowCount} rows …\\n(?:\\d+ of ${rowCount} rows written\\.\\n)*$`))
      assert.equal(lines(made.out, '+ version'), versionCount)
      assert.equal(lines(made.out, '  + flavor'), versionCount * associationsEach)

      const before = await everything()
      const exported = await run('catalog_export')
      writeFileSync(join(dataDir, 'exported.yaml'), exported.out)
      const nothing = { code: 0, out: 'Nothing to change: the database matches the file.\n', err: '' }
      for (const name of ['exported.yaml', 'first.yaml'].slice(0, several(2, 1))) {
        assert.deepEqual(await run('catalog_apply', join(dataDir, name), '--dry-run'), nothing)
        assert.deepEqual(await run('catalog_apply', join(dataDir, name)), nothing)
      }
      assert.equal((await run('catalog_export')).out, exported.out)

      const preview = await run('catalog_apply', second, '--dry-run')
      assert.equal(preview.code, 3, preview.err)
      assert.equal(lines(preview.out, '  - flavor'), versionCount * half)
      assert.equal(lines(preview.out, '  + flavor'), versionCount * half)
      assert.equal(await everything(), before)

      const changed = await run('catalog_apply', second)
      assert.equal(changed.code, 0, changed.err)
      // The effects are told in the conditional before.
      const changesIn = (text: string) => text.split('\n').filter(line => /^ *[-+~]/.test(line))
      assert.deepEqual(changesIn(changed.out), changesIn(preview.out))
      assert.deepEqual(await run('catalog_apply', second), nothing)
    })

    const ifKilled = 'that is killed while it is applied, at whatever moment, has changed nothing'
    if (!runsEverything) return test(ifKilled, t => t.diagnostic(onlyWithEverything))
    test(ifKilled, async t => {
      const { file, start, run, everything } = await makeShop(t, await engine.createDatabase())
      // A quarter is written for long enough to be killed meanwhile.
      const each = associationsEach / 4
      const [first, second] = [file('first.yaml', 0, each), file('second.yaml', each / 2, each)]
      await run('catalog_apply', first)

      /** Applies the second catalogue, and waits until it says that it begins to write. */
      async function begin() {
        const running = start('catalog_apply', second)
        while (!running.said.err.includes('Writing') && running.child.exitCode === null)
          await Promise.race([once(running.child.stderr, 'data'), running.ended])
        return running
      }
      const whole = await begin()
      const beganMs = performance.now()
      assert.equal(await whole.ended, 0, whole.said.err)
      const writingMs = performance.now() - beganMs

      const seed = printedSeed(t)
      const moments = fc.sample(fc.double({ min: 0, max: 0.8, noNaN: true }), { seed, numRuns: 5 })
      await run('catalog_apply', first)
      let before = await everything()
      let whileWriting = 0
      for (const moment of [0, ...moments]) {
        const { child, said, ended } = await begin()
        await Promise.race([setTimeout(moment * writingMs), ended])
        child.kill('SIGKILL')
        const end = await ended
        // Once the last row is written the commit may be under way, and then both are right.
        if (/(\d+) of \1 rows/.test(said.err)) {
          await run('catalog_apply', first)
          before = await everything()
        } else {
          assert.equal(end, 'SIGKILL')
          assert.equal(await everything(), before, `killed ${moment * writingMs} ms after it began to write`)
          whileWriting++
        }
      }
      t.diagnostic(`killed ${whileWriting} times while it wrote, which takes ${Math.round(writingMs)} ms`)
      assert.ok(whileWriting >= 2, `only ${whileWriting} were killed while they wrote`)
      await run('catalog_apply', second)
      assert.equal((await run('catalog_apply', second, '--dry-run')).code, 0)
    })
  })
