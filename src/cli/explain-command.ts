import type { Reason } from '../model/verdict.ts'
import { explainFlavors } from '../operations/flavors/explain-flavors.ts'
import { reasonWords } from '../rules/allowed/flavor/refusals.ts'
import type { Command } from './command.ts'
import { flavorCells, flavorColumns, namedVersion } from './flavor-commands.ts'

/** What is special about the rule of a reason: that it does not refuse, or applies to all versions. */
function ruleWords({ level, source }: Reason): string {
  const words = [...(level === 'refuse' ? [] : [level]), ...(source === 'version' ? [] : ['for all versions'])]
  return words.length === 0 ? '' : ` [${words.join(', ')}]`
}

export const flavorExplain: Command['run'] = async (context, input) => {
  const ports = await context.ports()
  const { id } = await namedVersion(ports.stores, input)
  const { judged, named } = await explainFlavors(ports, id, input.args.flavor_id)
  const allowed = judged.filter(({ verdict }) => verdict.allowed).length
  return {
    columns: [...flavorColumns, 'Allowed', 'Reasons'],
    rows: judged.map(({ flavor, verdict }) => [
      ...flavorCells(flavor),
      verdict.allowed,
      verdict.reasons.map(reason => `${reasonWords(reason, named)}${ruleWords(reason)}`).join('; '),
    ]),
    lines: [
      ...(input.args.flavor_id === undefined
        ? [`${allowed} of ${judged.length} flavors ${allowed === 1 ? 'is' : 'are'} allowed.`]
        : []),
    ],
  }
}
