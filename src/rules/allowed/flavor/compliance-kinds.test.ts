import { equal, match } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Level } from '../../../model/level.ts'
import type { FindingKind } from './compliance.ts'
import { findingKinds } from './compliance.ts'
import { type FindingGroup, groupOf, kindFacts, reportedLevel } from './compliance-kinds.ts'

describe('the group and the reported level of a finding', () => {
  const rows: [FindingKind, Level, FindingGroup, reported: Level][] = [
    ['instance_out_of_line', 'refuse', 'refused', 'refuse'],
    ['instance_out_of_line', 'warn', 'warned', 'warn'],
    ['association_out_of_line', 'audit', 'audited', 'audit'],
    ['instance_admitted_elsewhere', 'refuse', 'unasked', 'refuse'],
    ['instance_admitted_elsewhere', 'audit', 'unasked', 'audit'],
    ['created_without_gate', 'refuse', 'past_gate', 'refuse'],
    ['changed_without_gate', 'warn', 'past_gate', 'warn'],
    ['admitted_unchecked', 'refuse', 'unasked', 'warn'],
    ['admitted_unchecked', 'audit', 'unasked', 'audit'],
    ['admitted_by_bypass', 'refuse', 'past_gate', 'warn'],
  ]
  for (const [kind, level, group, reported] of rows)
    test(`${kind}, ${level}`, () => {
      equal(groupOf(kind, level, false), group)
      equal(groupOf(kind, level, true), 'waived')
      equal(reportedLevel(kind, level), reported)
    })
})

test('each kind has a title without a full stop, and sentences', () => {
  for (const kind of findingKinds) {
    const { title, means, ends } = kindFacts[kind]
    match(title, /^[A-Z][^.]*$/)
    for (const sentences of [means, ends]) match(sentences, /^[A-Z].*\.$/)
  }
})
