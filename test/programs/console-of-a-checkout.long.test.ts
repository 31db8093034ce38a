/** The console of a checkout without npm's install scripts, and what it costs (`docs/performance-console.md`). */

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'trove-ts-checkout-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** The environment of a new user: without what the npm that runs this test has set, and with the Node of the machine. */
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|^TROVE_/.test(name))),
  PATH: (process.env.PATH ?? '')
    .split(':')
    .filter(path => !path.includes('node_modules'))
    .join(':'),
  // Retry a hanging connection after one minute, not five.
  npm_config_fetch_timeout: '60000',
})

function copyOfTree(): string {
  const copy = join(folder, 'trove-ts')
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const path of files.toString().split('\0'))
    if (path !== '' && existsSync(join(root, path)))
      cpSync(join(root, path), join(copy, path), { verbatimSymlinks: true })
  return copy
}

async function start(copy: string) {
  const server = spawn('npm', ['start', '--silent', '--', '--port', '0'], {
    cwd: copy,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let said = ''
  let complained = ''
  server.stdout.on('data', chunk => (said += chunk))
  server.stderr.on('data', chunk => (complained += chunk))
  const closed = once(server, 'close')
  while (!said.endsWith('\n\n')) {
    assert.equal(server.exitCode, null, said + complained)
    await Promise.race([once(server.stdout, 'data'), closed])
  }
  const stop = async () => {
    process.kill(-server.pid!, 'SIGTERM')
    await closed
  }
  return { said, stop }
}

test('after `npm ci --ignore-scripts`, `npm start` prints the address of the console and serves it', async t => {
  const copy = copyOfTree()
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
    ...{ cwd: copy, env: environment(), stdio: 'pipe' },
  })
  const { said, stop } = await start(copy)
  try {
    const address = /^The console: (\S+)/m.exec(said)?.[1]
    assert.ok(address, said)
    const memoryMib = async () => {
      const text = await (await fetch(new URL('/metrics', address))).text()
      return Math.round(Number(/^trovets_process_resident_memory_bytes (\S+)/m.exec(text)![1]) / 2 ** 20)
    }
    const before = await memoryMib()
    const began = performance.now()
    const html = await (await fetch(address)).text()
    const builtMs = Math.round(performance.now() - began)
    const script = await fetch(new URL(/<script [^>]*src="([^"]+)"/.exec(html)![1]!, address))
    assert.deepEqual([script.status, script.headers.get('content-type')], [200, 'text/javascript; charset=utf-8'])
    await script.arrayBuffer()
    const again = performance.now()
    await (await fetch(address)).text()
    t.diagnostic(
      `the first request took ${builtMs} ms, the next one ${Math.round(performance.now() - again)} ms; memory ${before} MiB before, ${await memoryMib()} MiB after`,
    )
  } finally {
    await stop()
  }
})
