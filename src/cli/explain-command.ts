import { explainFlavors } from '../operations/flavors/explain-flavors.ts'
import { reasonsWords } from '../rules/allowed/flavor/refusals.ts'
import type { Command } from './command.ts'
import { flavorCells, flavorColumns, namedVersion } from './flavor-commands.ts'

export const flavorExplain: Command['run'] = async (context, input) => {
  const ports = await context.ports()
  const { id } = await namedVersion(ports.stores, input)
  const { judged, policy, named } = await explainFlavors(ports, id, input.args.flavor_id)
  const allowed = judged.filter(({ verdict }) => verdict.allowed).length
  const isWarned = policy.onlyWarn && judged.some(({ verdict }) => verdict.reasons.length > 0)
  return {
    columns: [...flavorColumns, 'Allowed', 'Reasons'],
    rows: judged.map(({ flavor, verdict }) => [
      ...flavorCells(flavor),
      verdict.allowed,
      reasonsWords(verdict.reasons, named),
    ]),
    lines: [
      ...(input.args.flavor_id === undefined
        ? [`${allowed} of ${judged.length} flavors ${allowed === 1 ? 'is' : 'are'} allowed.`]
        : []),
      ...(isWarned ? ['This version only warns: flavors with a reason against them are allowed, with a warning.'] : []),
    ],
  }
}
