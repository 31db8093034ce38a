import { deepEqual, ok } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import { equalsStored, isRenewing } from '../stored-text.ts'
import { captureComplaints, captures } from './captures.ts'
import { differences } from './differences.ts'
import { loadTranscripts, printStep, printTranscript, type Step, trimBlank } from './load-transcripts.ts'
import { makeSandbox, type Outcome } from './sandbox.ts'
import { startWarmCommands } from './warm-commands.ts'

const ownPath = 'test/transcripts/transcripts.test.ts'

const warm = startWarmCommands()
after(() => warm.end())

describe('transcripts', { concurrency: 4 }, () => {
  for (const transcript of loadTranscripts()) {
    test(transcript.name, async t => {
      const sandbox = await makeSandbox(transcript.world, warm)
      t.after(() => sandbox.remove())
      for (const step of transcript.steps) {
        await t.test(`line ${step.line}: ${step.command}`, async () => {
          const came = await sandbox.run(step.command)
          checkManners(came)
          if (step.like) deepEqual(captureComplaints(step.like, step.command, came, await sandbox.rows()), [])
          const actual = stepOf(step, came)
          if (isRenewing) Object.assign(step, actual)
          equalsStored(printStep(actual).join('\n'), printStep(step).join('\n'), ownPath)
        })
      }
      if (isRenewing) writeFileSync(transcript.file, printTranscript(transcript))
    })
  }
})

test('each recorded command line of Trove is in a transcript, and no difference is claimed that was not recorded', () => {
  const done = loadTranscripts().flatMap(({ steps }) => steps.flatMap(({ like }) => like ?? []))
  deepEqual(done.toSorted(), Object.keys(captures).toSorted())
  deepEqual(
    Object.keys(differences).filter(name => !captures[name]),
    [],
  )
})

/** A step as it came; where it agrees with what was expected but for a `…`, as it was expected. */
function stepOf(expected: Step, came: Outcome): Step {
  const stdout = came.stdout.split('\n').map(line => line.trimEnd())
  const stderr = came.stderr.split('\n').map(line => line.trimEnd())
  trimBlank(stdout)
  trimBlank(stderr)
  return {
    ...expected,
    stdout: stdout.map((line, index) => agreed(line, expected.stdout[index])),
    stderr: stderr.map((line, index) => agreed(line, expected.stderr[index])),
    exitCode: came.exitCode,
  }
}

function agreed(line: string, expected: string | undefined): string {
  if (expected === undefined || !expected.includes('…')) return line
  const pattern = expected.split('…').map(RegExp.escape).join('.*')
  return new RegExp(`^${pattern}$`, 'u').test(line) ? expected : line
}

/** What holds for every command line, whatever it was. */
function checkManners({ stdout, stderr, exitCode }: Outcome) {
  const said = stdout + stderr
  ok(!/^\s+at .+:\d+/m.test(said), `a stack trace: ${said}`)
  ok(!/node:internal|\[object |\bundefined\b|\bNaN\b/.test(said), `a look behind the scenes: ${said}`)
  ok(exitCode >= 0 && exitCode <= 3, `the exit code is ${exitCode}`)
  ok(exitCode === 0 || exitCode === 3 || stderr !== '', 'it failed without a word')
}
