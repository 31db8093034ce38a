import type { Flavor } from '../../../model/flavor.ts'
import { shellWord } from '../../../model/shell-word.ts'
import type { InstanceFinding, VersionFinding } from './compliance.ts'
import { reasonWords } from './refusals.ts'

/** What is out of line, and what to do next: a sentence or two each. */
export type FindingWords = Readonly<{ says: string; next: string }>

/** How a command names a version: datastore and version, and the number where it is not the name. */
export type NamedVersion = Readonly<{ datastore: string; version: string; number?: string }>

const command = (verb: string, { datastore, version, number }: NamedVersion, ...more: readonly string[]) =>
  `\`trove-manage ${[verb, ...[datastore, version, ...more].map(shellWord), ...(number === undefined ? [] : ['--version', shellWord(number)])].join(' ')}\``

export function versionFindingWords(finding: VersionFinding, named: NamedVersion): FindingWords {
  const run = (verb: string, ...more: readonly string[]) => command(`datastore_version_flavor_${verb}`, named, ...more)
  switch (finding.kind) {
    case 'requirement_unreadable':
      return {
        says: `The requirement '${finding.requirement}' cannot be read, so no flavor passes it.`,
        next: `${run('requirement_delete', finding.requirement)}, and add what it was meant to be.`,
      }
    case 'policy_unreadable': {
      const strict = finding.half === 'restriction' ? 'listed' : 'refuse'
      return {
        says: `The ${finding.half} '${finding.value}' is none that anybody knows, so it is read as '${strict}'.`,
        next: `${run('policy', `--${finding.half}`, strict)} puts one in its place that everybody knows.`,
      }
    }
    case 'no_flavor_allowed':
      return {
        says: 'It accepts no flavor: nothing can be made of it.',
        next: `${run('explain')} says why, flavor by flavor.`,
      }
    case 'association_flavor_gone':
      return {
        says: `Flavor ${finding.flavorId} is associated, but there is no such flavor.`,
        next: finding.opens
          ? `Associate others first: after the last one the version accepts every flavor. Then ${run('delete', finding.flavorId)}.`
          : `${run('delete', finding.flavorId)}, or bring the flavor back.`,
      }
    case 'association_out_of_line':
      return {
        says: `Flavor ${finding.flavorId} is associated, but ${finding.reasons.map(reasonWords).join('; ')}.`,
        next: `${run('delete', finding.flavorId)}, or change the requirement.`,
      }
  }
}

/**
 * @param flavor the flavor that the instance is on; undefined where it is gone
 * @param fit what to resize it to
 * @param ours whether this server manages it
 */
export function instanceFindingWords(
  { kind, flavorId, reasons }: InstanceFinding,
  flavor: Flavor | undefined,
  fit: Flavor | undefined,
  ours: boolean,
): FindingWords {
  const shown = flavor ? `flavor ${flavor.name} (${flavorId})` : `flavor ${flavorId}, which does not exist any more`
  const against = reasons.length > 0 ? `: ${reasons.map(reasonWords).join('; ')}` : ''
  const where = ours ? 'Resize it' : 'Another Trove made it, and must resize it'
  const target = fit ? `${fit.name} (${fit.id}) is the nearest that would do.` : nothingFits
  const why =
    kind === 'instance_admitted_elsewhere' ? ' It asks for the association at a create, and for nothing else.' : ''
  return { says: `It runs on ${shown}${against}.`, next: `${fit ? `${where}: ` : ''}${target}${why}` }
}

const nothingFits = 'No flavor that its project may use would do: change the rule, or make such a flavor.'
