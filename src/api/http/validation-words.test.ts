import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SchemaProblem, validationWords } from './validation-words.ts'

const problem = (keyword: string, instancePath: string, data: unknown, params = {}): SchemaProblem => ({
  keyword,
  instancePath,
  params,
  data,
})

const sentences: [problem: SchemaProblem, words: string][] = [
  [problem('required', '', {}, { missingProperty: 'instance' }), "'instance' is a required property"],
  [problem('required', '/instance', {}, { missingProperty: 'name' }), "instance 'name' is a required property"],
  [problem('minLength', '/instance/name', '', { limit: 1 }), "instance['name'] '' should be non-empty"],
  [problem('maxItems', '/instance/nics', [{}, {}], { limit: 1 }), "instance['nics'] [{}, {}] is too long"],
  [problem('type', '/active', 'maybe', { type: 'boolean' }), "active 'maybe' is not of type 'boolean'"],
  [problem('type', '/restart', null, { type: 'object' }), "restart None is not of type 'object'"],
  [
    problem('additionalProperties', '', {}, { additionalProperty: 'colour' }),
    "Additional properties are not allowed ('colour' was unexpected)",
  ],
  [
    problem('enum', '/enforcement', 'notify', { allowedValues: ['refuse', 'warn'] }),
    "enforcement 'notify' is not one of ['refuse', 'warn']",
  ],
  [problem('minProperties', '', {}, { limit: 1 }), '{} does not have enough properties'],
  [
    problem('type', '/instance/users/0/name', true, { type: 'string' }),
    "instance['users'][0]['name'] True is not of type 'string'",
  ],
]

for (const [problem, words] of sentences) {
  test(`words a problem like Python's jsonschema: ${words}`, () => {
    assert.deepEqual(validationWords([problem]), [words])
  })
}

test('a failed "any of" is reported once, not once per branch', () => {
  const flavorRef = '/instance/flavorRef'
  const branches = ['string', 'integer'].map(type => problem('type', flavorRef, {}, { type }))
  assert.deepEqual(validationWords([...branches, problem('anyOf', flavorRef, {})]), [
    "instance['flavorRef'] {} is not valid under any of the given schemas",
  ])
})

test('a long value is cut short', () => {
  const [words] = validationWords([problem('maxLength', '/name', 'x'.repeat(5000), { limit: 255 })])
  assert.ok(words!.length < 300)
})
