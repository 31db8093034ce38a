import { delimiter, dirname, join } from 'node:path'
import { programIn } from '../compute/local/host/system-program.ts'
import { shellWord } from '../model/shell-word.ts'

/** Built files are those of an installed package. */
const isInstalled = !import.meta.filename.endsWith('.ts')

/**
 * The command that starts trove-manage. In a checkout, npx finds it. In an installed package, npx would look for a package of
 * that name in the registry, and the first trove-manage on the PATH may be that of another Trove.
 */
export const manageCommand = (): string => (isInstalled ? installedCommand() : 'npx trove-manage')

function installedCommand(): string {
  const own = join(dirname(process.argv[1]!), 'trove-manage')
  return onPath('trove-manage') === own ? 'trove-manage' : shellWord(own)
}

/** A text whose hints name trove-manage as it must be typed here. Outside npx, a checkout's own programs are called by name. */
export function withManageCommand(text: string): string {
  if (!text.includes('`trove-manage ') || (!isInstalled && process.env.npm_command !== 'exec')) return text
  return text.replaceAll('`trove-manage ', `\`${manageCommand()} `)
}

/** A command line that begins with trove-manage, or several with `&&`, as it must be typed here. */
export const typedCommand = (command: string): string =>
  command
    .split(' && ')
    .map(each => withManageCommand(`\`${each}`).slice(1))
    .join(' && ')

/** The path of the program that a shell would start. */
export const onPath = (program: string): string | undefined =>
  programIn((process.env.PATH ?? '').split(delimiter), program)
