import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { parse } from 'yaml'
import { logInAs, makeInstallation, type Running, tokenOf } from './installation.ts'

const { folder, run, start, stop, manage, manageWith, passwordOf, remove } = makeInstallation()
after(remove)

/** Whether a token is worth something: its own list of flavors is what everybody may see. */
async function status(url: string, { token, project }: { token: string; project: string }): Promise<number> {
  const headers = { 'x-auth-token': token, connection: 'close' }
  return (await fetch(`${url}/v1.0/${project}/flavors`, { headers })).status
}

const identityFile = (dataDir: string) => join(folder, dataDir, 'identity.json')
const namesIn = (dataDir: string): string[] =>
  JSON.parse(readFileSync(identityFile(dataDir), 'utf8')).users.map(({ name }: { name: string }) => name)

describe('a running server honours at once', () => {
  let server: Running & { url: string }
  before(async () => {
    server = await start('users')
  })
  after(() => stop(server))

  test('a user who is added, with a password from a pipe', async () => {
    assert.equal((await logInAs(server.url, 'ann', 'first-word')).status, 401)
    const added = await manageWith('first-word\n', 'users', 'user_add', 'ann', '--project', 'demo', '--password-stdin')
    assert.equal(added.code, 0, added.err)
    assert.ok(!added.out.includes('first-word'))
    assert.equal(await status(server.url, await tokenOf(await logInAs(server.url, 'ann', 'first-word'))), 200)
  })

  test('one whose password is made, and told with a cloud to paste', async () => {
    const { out, code, err } = await manage('users', 'user_add', 'bob', '--project', 'demo', '--role', 'admin')
    assert.equal(code, 0, err)
    const [, told] = /^Password: (\S+) /m.exec(out)!
    const cloud = parse(out.slice(out.indexOf('clouds:'))).clouds['trove-bob']
    assert.deepEqual([cloud.auth.username, cloud.auth.password], ['bob', told])
    assert.equal(cloud.auth.auth_url, `${server.url}/identity/v3`)
    const bob = await tokenOf(await logInAs(server.url, 'bob', told!))
    const headers = { 'x-auth-token': bob.token, connection: 'close' }
    const answer = await fetch(`${server.url}/v1.0/${bob.project}/mgmt/datastore-versions`, { headers })
    assert.equal(answer.status, 200)
  })

  test('another password: the old one, and every token that was got with it, is worth nothing', async () => {
    const old = await tokenOf(await logInAs(server.url, 'ann', 'first-word'))
    assert.equal(await status(server.url, old), 200)
    const changed = await manageWith('second-word', 'users', 'user_password', 'ann', '--password-stdin')
    assert.equal(changed.code, 0, changed.err)
    assert.equal(await status(server.url, old), 401)
    assert.equal((await logInAs(server.url, 'ann', 'first-word')).status, 401)
    assert.equal(await status(server.url, await tokenOf(await logInAs(server.url, 'ann', 'second-word'))), 200)
  })

  test('another project, and what somebody is there', async () => {
    assert.equal((await manage('users', 'project_add', 'shop')).code, 0)
    assert.equal((await logInAs(server.url, 'ann', 'second-word', 'shop')).status, 401)
    const set = await manage('users', 'user_role_set', 'ann', '--project', 'shop', '--role', 'member')
    assert.equal(set.code, 0, set.err)
    const there = await tokenOf(await logInAs(server.url, 'ann', 'second-word', 'shop'))
    assert.equal(await status(server.url, there), 200)
    await manage('users', 'user_role_set', 'ann', '--project', 'shop', '--role', 'none')
    assert.equal(await status(server.url, there), 401)
  })

  test('a user who is deleted, with the tokens that are out', async () => {
    const last = await tokenOf(await logInAs(server.url, 'ann', 'second-word'))
    assert.equal((await manage('users', 'user_delete', 'ann')).code, 0)
    assert.equal(await status(server.url, last), 401)
    assert.equal((await logInAs(server.url, 'ann', 'second-word')).status, 401)
    await manageWith('second-word', 'users', 'user_add', 'ann', '--project', 'demo', '--password-stdin')
    assert.equal(await status(server.url, last), 401, 'a namesake does not inherit them')
  })

  test('the password of a starter; its clouds.yaml is named', async () => {
    const changed = await manageWith('demo-word', 'users', 'user_password', 'demo', '--password-stdin')
    assert.ok(changed.out.includes(`${join(folder, 'users', 'clouds.yaml')} still contains the old password of 'demo'`))
    assert.equal((await logInAs(server.url, 'demo', passwordOf('users', 'trove-demo').password)).status, 401)
    assert.equal((await logInAs(server.url, 'demo', 'demo-word')).status, 201)
  })

  test('and no password is in what the commands and the server said', async () => {
    const words = ['first-word', 'second-word', 'demo-word']
    const again = ['user_password', 'demo', '--password-stdin', '--debug']
    const { out, err, code } = await manageWith('demo-word', 'users', ...again)
    assert.equal(code, 0, err)
    assert.match(server.said.err, /POST \/identity\/v3\/auth\/tokens 401/)
    for (const word of words) assert.ok(![out, err, server.said.out, server.said.err].join().includes(word), word)
  })
})

test('of commands at once none is lost, and none is half done', async () => {
  await stop(await start('at-once'))
  const names = Array.from({ length: 8 }, (_, number) => `user${number}`)
  const ended = await Promise.all(names.map(name => manage('at-once', 'user_add', name, '--project', 'demo')))
  assert.deepEqual(
    ended.map(({ code }) => code),
    names.map(() => 0),
    ended.map(({ err }) => err).join(''),
  )
  assert.deepEqual(namesIn('at-once').toSorted(), ['admin', 'demo', ...names])
})

test('killed at any moment, a command has changed all or nothing, and the next one need not wait', async () => {
  await stop(await start('killed'))
  const seed = Math.floor(Math.random() * 1e6)
  console.log(`seed ${seed}`)
  const rounds = 8
  for (let round = 0; round < rounds; round++) {
    const args = ['--data-dir', join(folder, 'killed'), 'user_add', `cut${round}`, '--project', 'demo']
    const cut = run('trove-manage', args)
    await setTimeout(100 + ((seed * (round + 1)) % 500))
    cut.child.kill('SIGKILL')
    await cut.ended
    const startedAtMs = performance.now()
    const next = await manage('killed', 'user_add', `whole${round}`, '--project', 'demo')
    assert.equal(next.code, 0, next.err)
    assert.ok(performance.now() - startedAtMs < 8000, 'it waited for somebody who is dead')
    assert.equal(statSync(identityFile('killed')).mode & 0o777, 0o600)
  }
  const whole = namesIn('killed').filter(name => name.startsWith('whole'))
  assert.equal(whole.length, rounds)
})

const isThere = (program: string) => {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A command line on a terminal of its own, which `script` makes; types each answer once its question is there. */
async function onTerminal(line: string, answers: readonly (readonly [question: string, answer: string])[]) {
  const child = spawn('/usr/bin/script', ['-qec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', text => (shown += text))
  const ended = once(child, 'close')
  let from = 0
  for (const [question, answer] of answers) {
    while (!shown.slice(from).includes(question)) await Promise.race([once(child.stdout, 'data'), ended])
    from = shown.indexOf(question, from) + question.length
    child.stdin.write(answer)
  }
  const [code] = await ended
  return { code, shown }
}

function defineTerminalTests() {
  const line = (...args: string[]) =>
    `'${process.execPath}' '${new URL('../../bin/trove-manage.js', import.meta.url).pathname}' --data-dir '${join(folder, 'typed')}' ${args.join(' ')}`
  const first = 'Password for '
  const again = 'Repeat the password: '

  describe('on a terminal', () => {
    let server: Running & { url: string }
    before(async () => {
      server = await start('typed')
    })
    after(() => stop(server))

    test('a password is typed twice, and never shown', async () => {
      const { code, shown } = await onTerminal(line('user_add', 'ann', '--project', 'demo'), [
        [first, 'a typed word\r'],
        [again, 'another\r'],
        ['The passwords do not match.', ''],
        [first, 'a typed wordd\x7f\r'],
        [again, 'a typed word\r'],
      ])
      assert.equal(code, 0, shown)
      assert.match(shown, /Added user 'ann' as a member of the project 'demo'\./)
      assert.ok(!shown.includes('typed') && !shown.includes('another'), shown)
      assert.equal((await logInAs(server.url, 'ann', 'a typed word')).status, 201)
    })

    test('who types none gets one that is made and shown', async () => {
      const { code, shown } = await onTerminal(line('user_password', 'ann'), [[first, '\r']])
      assert.equal(code, 0, shown)
      const [, made] = /Password: (\S+) /.exec(shown)!
      assert.equal((await logInAs(server.url, 'ann', made!)).status, 201)
    })

    test('Ctrl-C changes nothing', async () => {
      const before = readFileSync(identityFile('typed'), 'utf8')
      const { code } = await onTerminal(line('user_password', 'ann'), [[first, 'half\x03']])
      assert.equal(code, 130)
      assert.equal(readFileSync(identityFile('typed'), 'utf8'), before)
    })

    test('nothing is asked for somebody who is not there', async () => {
      const { code, shown } = await onTerminal(line('user_password', 'nobody'), [])
      assert.equal(code, 1)
      assert.ok(!shown.includes(first), shown)
    })
  })
}

if (process.platform === 'linux' && isThere('/usr/bin/script')) defineTerminalTests()
else console.log('NOT RUN: typing a password on a terminal; it needs the script command of util-linux')
