import { refuseArgs } from '../test/script-args.ts'

/** What can be measured: the name of a file in this folder, and what it measures. */
const subjects = {
  listing: 'requests that read, beside a bare server',
  write: 'dry runs and refused creates, beside a bare server',
  gate: 'what the gate adds to requests for a Trove, beside a bare server and a bare proxy',
  scale: 'the same requests with 1,000 and with 1,000,000 associations',
  soak: 'memory, descriptors and times during an hour at 70 % of the capacity',
  cli: 'how long commands and the start of a server take, and its memory, beside a bare Node',
  worker: 'the CPU time of a worker whose instances are all well',
  catalogue: 'catalog_export and catalog_apply of large catalogues',
  instances: 'ten instances at once',
} as const

const script = 'npm run bench'
const help = `Measures the documented performance.

  npm run bench -- listing
  npm run bench -- write --engine mariadb --rounds 5 --json write.json

Figures are requests per CPU-second of a server on one core, beside a bare node:http server that gives the same answers
in turn with it. The load comes from wrk on the other core (Debian: apt-get install wrk). Without a subject, it measures
'listing'.

${Object.entries(subjects)
  .map(([name, what]) => `  ${name.padEnd(11)} ${what}`)
  .join('\n')}

Options:
  --rounds N     rounds, of which the median counts (default: 3)
  --seconds N    seconds of each measurement (default: 2)
  --warm N       seconds in which each request is warmed (default: 6)
  --engine NAME  only this engine: sqlite, mariadb or postgresql
  --only TEXT    only requests whose names contain this
  --minutes N    minutes of the soak (default: 60)
  --json FILE    also writes the figures there, with the machine and the versions`

const args = process.argv.slice(2)
if (args.includes('--help') || args.includes('-h')) {
  console.log(help)
  process.exit(0)
}
const subject = args.find(arg => !arg.startsWith('-')) ?? 'listing'
if (!Object.hasOwn(subjects, subject))
  refuseArgs(script, `Unknown subject '${subject}'; known are ${Object.keys(subjects).join(', ')}.`)

await import(`./${subject}.ts`)
