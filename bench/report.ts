import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg, release } from 'node:os'
import { readScriptArgs } from '../test/script-args.ts'
import { type EngineName, engineNames } from './cloud.ts'

/** The options of every subject that compares with a bare server. */
export function readBenchArgs() {
  const { values } = readScriptArgs({
    script: 'npm run bench',
    help: 'Options: --rounds N, --seconds N and --warm N (seconds for each request), --engine NAME, --only TEXT, --json FILE',
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
      warm: { type: 'string', default: '6' },
      engine: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string' },
      minutes: { type: 'string', default: '60' },
    },
    numbers: ['rounds', 'seconds', 'warm', 'minutes'],
    takesPaths: true,
  })
  const { rounds, seconds, warm, engine, only, json } = values
  const effort = { rounds: Number(rounds), seconds: Number(seconds), warmSeconds: Number(warm) }
  const engines: readonly EngineName[] = engineNames.filter(name => engine === undefined || name === engine)
  const isMeant = (what: string) => only === undefined || what.includes(only)
  return { effort, engines, isMeant, json, minutes: Number(values.minutes) }
}

/** Where and with what a run was made. */
export const circumstances = () => ({
  at: new Date().toISOString(),
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  kernel: release(),
  node: process.version,
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  load: loadavg().map(each => Number(each.toFixed(2))),
})

export function writeJson(file: string | undefined, figures: object): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ ...circumstances(), ...figures }, null, 2)}\n`)
}
