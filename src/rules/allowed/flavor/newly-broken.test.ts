import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonOf } from '../../../../test/fixtures/reason.ts'
import type { Level } from '../../../model/level.ts'
import type { Reason, Verdict } from '../../../model/verdict.ts'
import { isNewlyBroken } from './newly-broken.ts'

const verdict = (...reasons: Reason[]): Verdict => ({
  allowed: reasons.every(({ level }) => level !== 'refuse'),
  reasons,
})
const unmet = (requirement: string, level: Level = 'refuse') =>
  reasonOf({ code: 'requirement_not_met', requirement, actual: 1, unit: 'MiB' }, level)
const unlisted = (level: Level = 'refuse') => reasonOf({ code: 'not_associated' }, level)

const rows: [says: string, was: Verdict, is: Verdict, isTouched: boolean][] = [
  ['is still allowed', verdict(), verdict(), false],
  ['is allowed again', verdict(unlisted()), verdict(), false],
  ['falls out', verdict(), verdict(unlisted()), true],
  ['gets a warning', verdict(), verdict(unmet('ram>=2', 'warn')), true],
  ['gets an audit', verdict(), verdict(unmet('ram>=2', 'audit')), true],
  ['breaks the same rule', verdict(unlisted()), verdict(unlisted()), false],
  ['falls out by a rule that it broke', verdict(unlisted('warn')), verdict(unlisted()), true],
  ['breaks a rule that now warns', verdict(unlisted('audit')), verdict(unlisted('warn')), false],
  ['breaks one more rule', verdict(unlisted()), verdict(unlisted(), unmet('ram>=2')), true],
  ['breaks one less rule', verdict(unlisted(), unmet('ram>=2')), verdict(unlisted()), false],
  ['breaks another requirement', verdict(unmet('ram>=2')), verdict(unmet('ram>=3')), true],
]
for (const [says, was, is, isTouched] of rows)
  test(`the instances on a flavor that ${says} are ${isTouched ? '' : 'not '}touched`, () =>
    assert.equal(isNewlyBroken(was, is), isTouched))
