import { statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { styleText } from 'node:util'
import { readScriptArgs, refuseArgs } from '../../test/script-args.ts'
import { readPage } from './page.ts'
import { openStage, type Stage } from './stage.ts'

const script = 'npm run tour'
const help = `Runs the commands of a page in a temporary folder, and shows each with its output.

  ${script}
  ${script} -- docs/how-to/add-a-flavor.md

Without a page it runs the five-minute tour of the README. Commands whose programs are missing on this machine are not run,
and are listed at the end. The exit code is 1 if a command failed.`

const root = join(import.meta.dirname, '..', '..')
const { paths } = readScriptArgs({ script, help, takesPaths: true })
if (paths.length > 1) refuseArgs(script, `Only one page at a time, not ${paths.length}.`)
const page = paths[0] ?? join(root, 'README.md')
if (!statSync(page, { throwIfNoEntry: false })?.isFile()) refuseArgs(script, `There is no page '${page}'.`)
const say = (text: string) => process.stdout.write(text)

/** The programs of a command that are not on this machine. */
async function missingPrograms(stage: Stage, command: string): Promise<string[]> {
  const words = ['openstack', 'psql', 'mysql', 'redis-cli', 'python3', 'go'].filter(word =>
    new RegExp(`(^|[\\s(|;])${word}(\\s|$)`, 'm').test(command),
  )
  const found = await Promise.all(words.map(async word => (await stage.type(`command -v ${word}`)).exitCode === 0))
  return words.filter((_, index) => !found[index])
}

say(`The commands of ${relative(process.cwd(), page) || page}, on a folder that is removed afterwards.\n\n`)
const stage = await openStage()
const missing = new Set<string>()
let failed = 0
process.once('SIGINT', () => void stage.close().then(() => process.exit(130)))
try {
  for (const step of readPage(page)) {
    if (step.kind === 'file') stage.write(step.name, step.text)
    if (step.kind === 'unclear') say(`(line ${step.line}: a block without commands and without a language)\n\n`)
    if (step.kind === 'left alone') say(`(${step.commands.length} commands are not played: they need ${step.why})\n\n`)
    if (step.kind === 'elsewhere')
      say(`(${step.commands.length} commands are not played here, but by ${step.test})\n\n`)
    if (step.kind !== 'command') continue
    say(`${styleText('bold', `$ ${step.command}`)}\n`)
    const lacking = await missingPrograms(stage, step.command)
    for (const program of lacking) missing.add(program)
    if (lacking.length > 0) {
      say(styleText('yellow', `not played: ${lacking.join(', ')} not found\n\n`))
      continue
    }
    const { exitCode, output } = await stage.type(step.command)
    say(`${output}${output === '' ? '' : '\n'}`)
    // A command whose failure is the point of it has its words shown in the page.
    if (exitCode !== 0 && step.shown.length === 0) failed++
  }
} finally {
  await stage.close()
}
if (missing.size > 0) say(`Not everything was played: this machine has no ${[...missing].join(', ')}.\n`)
if (failed > 0) say(`${failed} commands failed.\n`)
process.exitCode = failed > 0 ? 1 : 0
