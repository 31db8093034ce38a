import { delimiter, dirname, join } from 'node:path'
import { sourceWords, withSource } from '../cli/typed-command.ts'
import { programIn } from '../compute/local/host/system-program.ts'
import type { ConfigSource } from '../config/config.ts'
import { shellWord } from '../model/shell-word.ts'

/** Built files are those of an installed package. */
const isInstalled = !import.meta.filename.endsWith('.ts')

/**
 * The command that starts trove-manage. In a checkout, npx finds it. In an installed package, npx would look for a package of
 * that name in the registry, and the first trove-manage on the PATH may be that of another Trove.
 */
export const manageCommand = (): string => commandOf('trove-manage')

/** The command that starts trovets. */
export const tenantCommand = (): string => commandOf('trovets')

const commandOf = (program: string) => (isInstalled ? installedCommand(program) : `npx ${program}`)

function installedCommand(program: string): string {
  const own = join(dirname(process.argv[1]!), program)
  return onPath(program) === own ? program : shellWord(own)
}

/**
 * A text whose hints and examples name trove-manage as it must be typed here. Outside npx, a checkout's own programs are
 * called by name.
 */
export function withManageCommand(text: string): string {
  if (!commandStart.test(text) || (!isInstalled && process.env.npm_command !== 'exec')) return text
  const command = manageCommand()
  return text.replaceAll(new RegExp(commandStart, 'gm'), (_, before: string) => `${before}${command} `)
}

/** In backticks, or on a line of its own, as the examples in a help. */
const commandStart = /(`|^ {2})trove-manage (?=[a-z-])/m

/**
 * A command line of trove-manage, or several with `&&`, or a text with some in backticks, as it must be typed here.
 *
 * @param source the options that select the installation
 */
export function typedCommand(text: string, source: ConfigSource): string {
  const whole = withSource(text, sourceWords(source))
  if (!whole.startsWith('trove-manage ')) return withManageCommand(whole)
  return whole
    .split(' && ')
    .map(each => withManageCommand(`\`${each}`).slice(1))
    .join(' && ')
}

/** The path of the program that a shell would start. */
export const onPath = (program: string): string | undefined =>
  programIn((process.env.PATH ?? '').split(delimiter), program)
