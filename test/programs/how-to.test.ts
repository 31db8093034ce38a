import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

// The commands of a how-to, run as they are printed, on a first start; what they print must be what the page shows.

const root = join(import.meta.dirname, '../..')
const pages = ['give-a-datastore-its-minimum']
const hasClient = process.env.TROVE_TS_TEST_SYSTEM === '1'

type Step = Readonly<{ command: string; shown: string[] }>

/** What stands behind `$ ` in the fenced blocks of a page, each with the lines below it. */
function stepsOf(text: string): Step[] {
  const blocks = [...text.matchAll(/^( *)```\n([\s\S]*?)^ *```$/gm)]
  return blocks.flatMap(([, indent, block]) => {
    const steps: Step[] = []
    for (const line of block!
      .trimEnd()
      .split('\n')
      .map(line => line.slice(indent!.length))) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), shown: [] })
      else steps.at(-1)?.shown.push(line.trimEnd())
    }
    return steps
  })
}

/** A folder to be in, with what `npx` and a first start would have put into a clone. */
async function firstStart() {
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-how-to-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const script = `#!/bin/sh\nname=$1; shift; exec '${process.execPath}' '${root}/bin/'$name.js "$@"\n`
  writeFileSync(join(bin, 'npx'), script, { mode: 0o755 })
  const server = spawn(process.execPath, [join(root, 'bin/trove-all-in-one.js'), '--port', '0'], { cwd: folder })
  let said = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', text => (said += text))
  while (!said.includes('trove-manage --help')) {
    if (server.exitCode !== null) throw new Error(`it ended: ${said}`)
    await Promise.race([once(server.stdout, 'data'), once(server, 'close')])
  }
  const environment = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    OS_CLIENT_CONFIG_FILE: join(folder, 'trove-data/clouds.yaml'),
    OS_CLOUD: 'trove-demo',
  }
  return {
    run(command: string): string[] {
      const { stdout } = spawnSync('sh', ['-c', `{ ${command}\n} 2>&1`], {
        cwd: folder,
        env: environment,
        encoding: 'utf8',
      })
      return stdout
        .trimEnd()
        .split('\n')
        .map(line => line.trimEnd())
    },
    async stop() {
      server.kill('SIGTERM')
      await once(server, 'close')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const matches = (line: string | undefined, shown: string) =>
  line !== undefined && new RegExp(`^${shown.split('…').map(RegExp.escape).join('.+')}$`, 'u').test(line)

for (const page of pages)
  test(`docs/how-to/${page}.md does as it is printed`, async t => {
    const steps = stepsOf(readFileSync(join(root, `docs/how-to/${page}.md`), 'utf8'))
    assert.ok(steps.length > 5, 'there are hardly any commands in it: mend the pattern')
    const place = await firstStart()
    t.after(() => place.stop())
    for (const { command, shown } of steps) {
      const needsClient = command.startsWith('openstack ')
      if (needsClient && !hasClient) {
        console.log(`not run: ${command}; TROVE_TS_TEST_SYSTEM=1 runs it`)
        continue
      }
      await t.test(command, () => {
        const lines = place.run(command)
        const isAsShown = lines.length === shown.length && shown.every((each, index) => matches(lines[index], each))
        if (!isAsShown) assert.equal(lines.join('\n'), shown.join('\n'))
      })
    }
  })
