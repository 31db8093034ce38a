import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/* Runs the files of its command line in this process, and prints how long each of them took, longest first. */

const timesMs = new Map<string, number>()
const note = ({
  nesting,
  file = '',
  details,
}: {
  nesting: number
  file?: string
  details: { duration_ms: number }
}) => {
  if (nesting === 0) timesMs.set(file, (timesMs.get(file) ?? 0) + details.duration_ms)
}
const tests = run({ files: process.argv.slice(2), isolation: 'none', timeout: 600_000 })
tests.on('test:pass', note)
tests.on('test:fail', failed => {
  note(failed)
  process.exitCode = 1
})
for await (const text of tests.compose(new spec())) process.stdout.write(text)
const times = [...timesMs].sort(([, one], [, other]) => other - one)
if (times.length > 1) console.log('seconds  file')
for (const [file, ms] of times) console.log(`${(ms / 1000).toFixed(1).padStart(7)}  ${file.split('/').at(-1)}`)
