import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { onlyWithEverything, runsEverything } from '../extent.ts'
import { makeInstallation, type Running } from './installation.ts'

const installation = makeInstallation()
const { folder, run, stop } = installation
after(() => installation.remove())

before(async () => {
  await stop(await installation.start('data'))
})

const read = (file: string) => {
  try {
    return readFileSync(join(folder, file), 'utf8')
  } catch {
    return ''
  }
}

/** Waits until the file has a line with this text, while the program runs. */
async function logged(file: string, text: string, { child, said }: Running): Promise<string> {
  while (!read(file).includes(text)) {
    if (child.exitCode !== null) throw new Error(`it ended: ${said.out}${said.err}`)
    await setTimeout(20)
  }
  return read(file)
}

const server = (program: string, args: readonly string[], environment = {}) =>
  run(program, ['--data-dir', join(folder, 'data'), ...args], undefined, { environment })

describe('the log of a server', { concurrency: 2 }, () => {
  test('goes to --log-file, as an init file of Debian passes it, and nothing to stderr', async () => {
    writeFileSync(join(folder, 'before.log'), 'a line of before\n')
    const api = server('trove-api', ['--port=0', `--log-file=${join(folder, 'before.log')}`])
    const lines = (await logged('before.log', 'trove-api is ready', api)).split('\n')
    equal(lines[0], 'a line of before')
    equal(JSON.parse(lines[1]!).level, 30)
    equal(await stop(api), 0)
    deepEqual(api.said, { out: '', err: '' })
  })

  test('goes on in a new file after SIGHUP, for logrotate', async () => {
    const api = server('trove-api', ['--port=0', '--log-dir', folder])
    await logged('trove-api.log', 'trove-api is ready', api)
    renameSync(join(folder, 'trove-api.log'), join(folder, 'trove-api.log.1'))
    api.child.kill('SIGHUP')
    const { url } = /"msg":"trove-api is ready at (?<url>[^"]+)"/.exec(read('trove-api.log.1'))!.groups!
    while (!read('trove-api.log').includes('GET /?again')) await fetch(`${url}/?again`)
    equal(await stop(api), 0)
  })

  test('goes to the log_dir of the configuration, under the name of the program', async () => {
    const worker = server('trove-taskmanager', [], { OS_DEFAULT__LOG_DIR: folder })
    await logged('trove-taskmanager.log', 'trove-taskmanager is ready', worker)
    equal(await stop(worker), 0)
  })

  test('goes to a log_file inside log_dir, and the command line wins', async t => {
    if (!runsEverything) return t.diagnostic(onlyWithEverything)
    const environment = { OS_DEFAULT__LOG_DIR: '/nowhere', OS_DEFAULT__LOG_FILE: 'worker.log' }
    const worker = server('trove-taskmanager', ['--log-dir', folder], environment)
    await logged('worker.log', 'trove-taskmanager is ready', worker)
    equal(await stop(worker), 0)
  })

  test('a file that cannot be opened is an error that names the options', async () => {
    const api = server('trove-api', ['--log-file', '/nowhere/trove-api.log'])
    equal(await api.ended, 1)
    match(api.said.err, /^The log file \/nowhere\/trove-api\.log cannot be opened: .*\. --log-file and --log-dir, /)
  })

  test('syslog is refused, with what to use instead', async () => {
    const byOption = server('trove-api', ['--use-syslog'])
    equal(await byOption.ended, 2)
    match(byOption.said.err, /^error: option '--use-syslog': Logging to syslog is not supported\. Use a log file; /)
    const byFile = server('trove-taskmanager', [], { OS_DEFAULT__USE_SYSLOG: 'true' })
    equal(await byFile.ended, 1)
    match(byFile.said.err, /^Logging to syslog is not supported\. /)
  })

  test('other options of oslo.log are accepted with a warning', async () => {
    const api = server('trove-api', ['--use-journal', '--log-config-append', 'x', '--log-file', '/nowhere/x'])
    equal(await api.ended, 1)
    match(api.said.err, /^warning: --log-config-append is accepted but has no effect\.\nwarning: --use-journal is/)
  })
})
