import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonReason, type JudgedFlavor, sizeOf } from '../../console/src/sizes/size.ts'

type Reason = Partial<JudgedFlavor['verdict']['reasons'][number]>

/** A flavor that the API refuses for reasons. */
const refused = (message: string, ...reasons: readonly Reason[]) =>
  sizeOf({
    str_id: '1',
    name: 'db.small',
    vcpus: 1,
    ram: 512,
    disk: 1,
    verdict: { allowed: false, message, reasons: reasons.map(reason => ({ level: 'refuse', ...reason })) },
  } as JudgedFlavor)

const unlisted = refused('it is not on the list of redis 7 (7.0.15)', { code: 'not_associated' })
const small = (actual: number) =>
  refused(`it does not meet ram>=2048 (it has ${actual} MiB)`, {
    code: 'requirement_not_met',
    requirement: 'ram>=2048',
  })

test('sizes that are refused for the same reason are told of in one sentence', () => {
  assert.equal(commonReason([unlisted, unlisted], 'redis 7'), 'Your cloud operator does not offer them for redis 7.')
  assert.equal(commonReason([unlisted], 'redis 7'), 'Your cloud operator does not offer it for redis 7.')
  assert.equal(commonReason([small(512), small(1024)], 'redis 7'), 'They do not meet ram>=2048.')
  const moved = refused('the size is used elsewhere')
  assert.equal(commonReason([moved, moved], 'redis 7'), 'The size is used elsewhere.')
})

test('different reasons have no sentence in common', () => {
  assert.equal(commonReason([unlisted, small(512)], 'redis 7'), undefined)
  const both = refused(
    'two reasons',
    { code: 'not_associated' },
    { code: 'requirement_not_met', requirement: 'ram>=2048' },
  )
  assert.equal(commonReason([unlisted, both], 'redis 7'), undefined)
})
