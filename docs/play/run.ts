/**
 * This folder plays the commands of pages. `run.ts` runs those of one page with a server in a temporary folder, and prints each
 * with its output. It does not compare the output with the page; `test/docs/pages.test.ts` does.
 */

import { statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { styleText } from 'node:util'
import { readScriptArgs, refuseArgs } from '../../test/script-args.ts'
import { readPage } from './page.ts'
import { openStage, type Stage } from './stage.ts'

const script = 'npm run tour'
const help = `Runs the commands of a page in a temporary folder, and prints each with its output.

  ${script}
  ${script} -- docs/how-to/add-a-flavor.md

The default page is the README, with its five-minute tour. Commands that need a missing program are skipped, and the missing
programs are listed at the end. The exit code is 1 if a command failed.`

const root = join(import.meta.dirname, '..', '..')
const { paths } = readScriptArgs({ script, help, takesPaths: true })
if (paths.length > 1) refuseArgs(script, `Only one page at a time, not ${paths.length}.`)
const page = paths[0] ?? join(root, 'README.md')
if (!statSync(page, { throwIfNoEntry: false })?.isFile()) refuseArgs(script, `Page not found: '${page}'.`)
const say = (text: string) => process.stdout.write(text)

/** The programs in a command that are missing on this machine. */
async function missingPrograms(stage: Stage, command: string): Promise<string[]> {
  const words = ['openstack', 'psql', 'mysql', 'redis-cli', 'python3', 'go'].filter(word =>
    new RegExp(`(^|[\\s(|;])${word}(\\s|$)`, 'm').test(command),
  )
  const isInstalled = await Promise.all(
    words.map(async word => (await stage.type(`command -v ${word}`)).exitCode === 0),
  )
  return words.filter((_, index) => !isInstalled[index])
}

/** Prints the commands of a block that is not played. */
function sayWhyNot(commands: readonly { command: string }[], why: string) {
  skipped += commands.length
  for (const { command } of commands) say(`${styleText('bold', `$ ${command}`)}\n`)
  say(styleText('yellow', `skipped: ${why}\n\n`))
}

say(`Playing the commands of ${relative(process.cwd(), page) || page} in a temporary folder.\n\n`)
const stage = await openStage()
const missing = new Set<string>()
let [played, failed, skipped] = [0, 0, 0]
process.once('SIGINT', () => void stage.close().then(() => process.exit(130)))
try {
  for (const step of readPage(page)) {
    if (step.kind === 'file') stage.write(step.name, step.text)
    if (step.kind === 'unclear') say(`(line ${step.line}: a block without commands and without a language)\n\n`)
    if (step.kind === 'not played') sayWhyNot(step.commands, `needs ${step.needs}`)
    if (step.kind === 'elsewhere') sayWhyNot(step.commands, `a separate test runs it, ${step.test}`)
    if (step.kind !== 'command') continue
    say(`${styleText('bold', `$ ${step.command}`)}\n`)
    const notFound = await missingPrograms(stage, step.command)
    for (const program of notFound) missing.add(program)
    if (notFound.length > 0) {
      say(styleText('yellow', `skipped: ${notFound.join(', ')} not found\n\n`))
      skipped++
      continue
    }
    const { exitCode, output } = await stage.type(step.command)
    say(`${output}${output === '' ? '' : '\n'}`)
    played++
    // If a command is supposed to fail, the page shows its output.
    if (exitCode !== 0 && step.shown.length === 0) failed++
  }
} finally {
  await stage.close()
}
if (missing.size > 0) say(`Some commands were skipped, because this machine lacks: ${[...missing].join(', ')}.\n`)
say(`${played} commands played, ${skipped} skipped, ${failed === 0 ? 'none' : failed} failed.\n`)
process.exitCode = failed > 0 ? 1 : 0
