import type { ChangeOptions, DryRun } from '../operations/flavors/policy-effect.ts'
import type { TouchedInstance } from '../operations/flavors/touched-instances.ts'
import { reasonsWords } from '../rules/allowed/flavor/refusals.ts'
import { type Input, type Output, UsageError } from './command.ts'
import { counted, type Mood } from './effect-words.ts'

export const isDryRun = ({ options }: Input): boolean => options.dryRun === true

export const isNoneAllowed = ({ options }: Input): boolean => options.allowNone === true

export const moodOf = (input: Input): Mood => (isDryRun(input) ? 'would' : 'done')

/** Of a longer table, nobody reads the beginning. */
const shownMax = 20

/** How the operation is to make the change, as the command line says. */
export function changeOptionsOf(input: Input): ChangeOptions {
  if (input.options.allInstances === true && !isDryRun(input))
    throw new UsageError('option --all-instances needs --dry-run')
  const limit = input.options.allInstances === true ? Number.MAX_SAFE_INTEGER : shownMax
  return { dryRun: isDryRun(input) ? { limit } : undefined, allowNone: isNoneAllowed(input) }
}

/**
 * What a command prints that changes which flavors are allowed: what it did. After a dry run: what it would do, and to
 * which instances.
 *
 * @param lines the words about the change and its effect
 */
export function changeOutput(lines: readonly string[], dryRun: DryRun | undefined): Output {
  if (!dryRun) return lines
  const { changes, touched } = dryRun
  const hasFindings = changes
  if (touched.instanceCount === 0) return { lines: [...lines, endOf(changes)], hasFindings }
  const instances = counted(touched.instanceCount, 'instance', 'instances')
  const shown =
    touched.next === undefined
      ? []
      : [`Showing ${touched.instances.length} of ${instances}; --all-instances lists all of them.`]
  return {
    above: [...lines, `It would touch ${instances} of ${counted(touched.projectCount, 'project', 'projects')}:`],
    columns: ['Project', 'Instance', 'Name', 'Flavor', 'Allowed', 'Reasons'],
    rows: touched.instances.map(cellsOf),
    lines: [...shown, endOf(changes)],
    hasFindings,
  }
}

/** The same for a command that touches no instances. */
export const dryRunOutput = (lines: readonly string[], dryRun: boolean, changes: boolean): Output =>
  dryRun ? { lines: [...lines, endOf(changes)], hasFindings: changes } : lines

const endOf = (changes: boolean) => (changes ? 'Dry run, nothing was changed.' : 'Dry run: there is nothing to change.')

const cellsOf = ({ projectId, id, name, flavorId, flavor, verdict }: TouchedInstance) => [
  projectId,
  id,
  name,
  flavor ? `${flavor.name} (${flavorId})` : flavorId,
  verdict.allowed,
  reasonsWords(verdict.reasons, undefined),
]
