import type { StatedPolicy } from '../../model/datastore-catalogue.ts'
import { type Level, strictest } from '../../model/level.ts'
import type { PolicyRow } from '../../model/policy-rule.ts'
import type { VersionMetadata } from '../../model/version-metadata.ts'
import { listValue, requirementKey, restrictionKey } from '../allowed/flavor/policy-rows.ts'
import { statedRequirements } from './stated-values.ts'

/** The rows of a version, and the levels and rules that apply to it. */
export type StoredPolicy = Readonly<{ rows: readonly VersionMetadata[]; rules: readonly PolicyRow[] }>

/** A level of a rule of a version to set; undefined to leave the rule without a level of its own. */
export type LevelChange = Readonly<{ key: string; value: string; level: Level | undefined; before: Level | undefined }>

const isLevelOf =
  (key: string, value: string) =>
  ({ rule, ...row }: PolicyRow): boolean =>
    rule?.source === 'version' && row.key === key && row.value === value

/** The level that a rule of a version has of its own. */
export const ownLevel = (rules: readonly PolicyRow[], key: string, value: string): Level | undefined =>
  strictest(rules.filter(isLevelOf(key, value)).flatMap(({ rule }) => rule?.level ?? []))

/** The change that gives a rule this level; none if it has it. */
export function planLevel(rules: readonly PolicyRow[], key: string, value: string, level: Level | undefined) {
  const before = ownLevel(rules, key, value)
  return before === level ? [] : [{ key, value, level, before }]
}

/**
 * Plans which levels the list and the requirements of a version need so that they are as stated. A requirement that is
 * stated twice gets the stricter level.
 *
 * @param rules the levels of the version, and the rules of its datastore
 * @param stored the stored requirements of the version
 */
export function planStatedLevels(
  { requirements = [], listLevel }: StatedPolicy,
  rules: readonly PolicyRow[],
  stored: ReadonlySet<string>,
): LevelChange[] {
  const stated = Map.groupBy(requirements, ({ text }) => statedRequirements([text], stored).values[0] ?? text)
  return [
    ...(listLevel === undefined ? [] : planLevel(rules, restrictionKey, listValue, listLevel ?? undefined)),
    ...[...stated].flatMap(([value, entries]) => {
      const level = strictest(entries.flatMap(({ level }) => level ?? []))
      return planLevel(rules, requirementKey, value, level)
    }),
  ]
}

/** Returns the rules and levels as they will be after the changes. */
export function rulesAfter(rules: readonly PolicyRow[], changes: readonly LevelChange[]): PolicyRow[] {
  const isChanged = (row: PolicyRow) => changes.some(({ key, value }) => isLevelOf(key, value)(row))
  const set = changes.flatMap(({ key, value, level }): PolicyRow[] =>
    level === undefined ? [] : [{ key, value, deleted: false, rule: { level, source: 'version' } }],
  )
  return [...rules.filter(row => !isChanged(row)), ...set]
}
