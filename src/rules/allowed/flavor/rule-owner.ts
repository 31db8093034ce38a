import type { NamedVersion } from '../../../model/datastore-version.ts'
import { shellWord } from '../../../model/shell-word.ts'

/** Whose rule it is. */
export type RuleOwner = Readonly<{ versionId: string; named?: NamedVersion | undefined } | { datastore: string }>

/** The command that sets the level of requirements, without the name of the program. */
export function requirementLevelCommand(owner: RuleOwner, level: string, requirements: readonly string[]): string {
  const texts = requirements.map(shellWord)
  if ('datastore' in owner)
    return ['datastore_flavor_requirement_level', shellWord(owner.datastore), level, ...texts].join(' ')
  const { named } = owner
  const version = named ? [named.datastore, named.version].map(shellWord) : ['DATASTORE', 'VERSION']
  const number = named?.number === undefined ? [] : ['--version', shellWord(named.number)]
  return ['datastore_version_flavor_requirement_level', ...version, level, ...texts, ...number].join(' ')
}
