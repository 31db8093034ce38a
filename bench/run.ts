import { readScriptArgs, refuseArgs } from '../test/script-args.ts'

/** What can be measured: the name of a file in this folder, and what it measures. */
const subjects = {
  listing: 'requests per second of listings, and how long commands take',
  cli: 'how long commands and the start of a server take, and its memory, beside a bare Node',
  worker: 'the CPU time of a worker whose instances are all well',
  gate: 'what the gate adds to requests for a Trove, beside a bare proxy',
  catalogue: 'catalog_export and catalog_apply of large catalogues',
  instances: 'ten instances at once',
} as const
type Subject = keyof typeof subjects

const script = 'npm run bench'
const help = `Measures the documented performance.

  npm run bench
  npm run bench -- gate

Without a subject, it measures 'listing'. Since timings vary between runs, figures are compared within one run.

${Object.entries(subjects)
  .map(([name, what]) => `  ${name.padEnd(11)} ${what}`)
  .join('\n')}`

const { paths: selected } = readScriptArgs({ script, help, takesPaths: true })
const isSubject = (name: string): name is Subject => Object.hasOwn(subjects, name)
for (const name of selected)
  if (!isSubject(name)) refuseArgs(script, `Unknown subject '${name}'; known are ${Object.keys(subjects).join(', ')}.`)

for (const subject of selected.length > 0 ? selected : ['listing']) await import(`./${subject}.ts`)
