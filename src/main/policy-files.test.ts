import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openPolicies, policyFilesOf, readPolicies } from './policy-files.ts'

/** A folder with a trove.conf, in which a test writes policy files. */
function bench(t: TestContext, policyFile = 'policy.yaml', policyDirs: readonly string[] = ['policy.d']) {
  const adminRoles = ['admin']
  const folder = mkdtempSync(join(tmpdir(), 'trove-ts-policy-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const messages: string[] = []
  const places = {
    places: [{ file: join(folder, 'trove.conf') }],
    dataDir: '/nowhere',
    policyFile,
    policyDirs,
    adminRoles,
  }
  return {
    folder,
    places,
    messages,
    write(name: string, text: string) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), text)
    },
    remove: (name: string) => rmSync(join(folder, name)),
    open: () => openPolicies(places, problem => messages.push(problem)),
    rule: (name = 'flavor:index') => readPolicies(places).get(name)!.text,
  }
}

test('without a file, the defaults apply', t => {
  const { places, rule } = bench(t)
  assert.deepEqual(policyFilesOf(places), [])
  assert.equal(rule('datastore:delete'), 'rule:admin')
})

test('relative paths start at the folder of trove.conf, and an empty YAML file is allowed', t => {
  const { write, rule } = bench(t)
  write('policy.yaml', '# nothing yet\n')
  assert.equal(rule(), '')
  write('policy.yaml', '"flavor:index": "role:reader"\n')
  assert.equal(rule(), 'role:reader')
})

const searches: [what: string, order: string, files: readonly string[], role: string][] = [
  ['one file', 'a.conf', ['a/policy.yaml', 'b/policy.yaml'], 'a'],
  ['two files: beside the last one', 'a.conf b.conf', ['a/policy.yaml', 'b/policy.yaml'], 'b'],
  ['two files: beside the first one, if there is none beside the last', 'a.conf b.conf', ['a/policy.yaml'], 'a'],
  ['a folder before a file', 'a/ b.conf', ['a/policy.yaml', 'b/policy.yaml'], 'a'],
  ['a folder before a file, even if it comes after it', 'a.conf b/', ['a/policy.yaml', 'b/policy.yaml'], 'b'],
  ['two folders: the first one', 'a/ b/', ['a/policy.yaml', 'b/policy.yaml'], 'a'],
  ['two folders: the one that has it', 'a/ b/', ['b/policy.yaml'], 'b'],
  ['a policy.json only without any policy.yaml', 'a.conf b.conf', ['a/policy.yaml', 'b/policy.json'], 'a'],
  ['the last policy.json', 'a.conf b.conf', ['a/policy.json', 'b/policy.json'], 'b'],
  ['a policy.d after any policy.yaml', 'a.conf b.conf', ['a/policy.d/1.yaml', 'b/policy.yaml'], 'a'],
  ['one policy.d', 'a.conf b.conf', ['a/policy.d/1.yaml', 'b/policy.d/1.yaml'], 'b'],
]

for (const [what, order, files, role] of searches)
  test(`relative paths are looked up as oslo.config does: ${what}`, t => {
    const { folder, places, write } = bench(t)
    for (const file of files) write(file, JSON.stringify({ 'flavor:index': `role:${file[0]}` }))
    const configPlaces = order.split(' ').map(name => {
      const at = join(folder, name[0]!)
      return name.endsWith('/') ? { folder: at } : { file: join(at, 'trove.conf') }
    })
    assert.equal(readPolicies({ ...places, places: configPlaces }).get('flavor:index')!.text, `role:${role}`)
  })

test('policy.json is read if there is no policy.yaml and no other file is configured', t => {
  const { write, rule } = bench(t)
  write('policy.json', '{"flavor:index": "role:json"}')
  assert.equal(rule(), 'role:json')
  write('policy.yaml', 'flavor:index: role:yaml')
  assert.equal(rule(), 'role:yaml')
})

test('files in folders override the file, in the order of their names', t => {
  const { write, rule } = bench(t, 'rules/main.json', ['one.d', 'gone.d', 'two.d'])
  write('rules/main.json', '{"flavor:index": "role:main", "flavor:show": "role:main"}')
  write('one.d/10.yaml', 'flavor:index: role:ten')
  write('one.d/20.yaml', 'flavor:index: role:twenty')
  write('one.d/.hidden', 'flavor:index: role:hidden')
  assert.equal(rule(), 'role:twenty')
  assert.equal(rule('flavor:show'), 'role:main')
  write('two.d/00.yaml', 'flavor:index: role:two')
  assert.equal(rule(), 'role:two')
})

test('a changed, added or removed file takes effect at the next check', t => {
  const { write, remove, open } = bench(t)
  const policies = open()
  const rule = () => policies().get('flavor:index')!.text
  assert.equal(rule(), '')
  write('policy.yaml', 'flavor:index: role:first')
  assert.equal(rule(), 'role:first')
  write('policy.yaml', 'flavor:index: role:second')
  assert.equal(rule(), 'role:second')
  write('policy.d/more.yaml', 'flavor:index: role:third')
  assert.equal(rule(), 'role:third')
  remove('policy.d/more.yaml')
  assert.equal(rule(), 'role:second')
  remove('policy.yaml')
  assert.equal(rule(), '')
})

const unusable: [text: string, complaint: RegExp][] = [
  [
    `flavor:index: "${'('.repeat(200)}role:a"`,
    /'flavor:index': column 102: more than 100 levels of brackets and 'not'/,
  ],
  [
    [
      'flavor:index: rule:r0',
      ...Array.from({ length: 30 }, (_, n) => `r${n}: rule:r${n + 1} or rule:r${n + 1}`),
      'r30: "!"',
    ].join('\n'),
    /needs more than 10000 checks, including the rules that it refers to/,
  ],
  [`${'['.repeat(1000)}`, /policy\.yaml cannot be used: line 1, column 65: more than 64 levels/],
  [`# ${'x'.repeat(2 ** 20)}`, /policy\.yaml cannot be used: it is 1\.1 MiB large; at most 1 MiB is allowed/],
  ['flavor:index: "role:a or"', /'flavor:index': column 10: expected a check, but the rule ends/],
  ['flavor:index: rule:nobody', /'flavor:index' refers to the unknown rule 'nobody'/],
  ['- role:a', /policy\.yaml cannot be used: expected a mapping of rule names to rules/],
  ['flavor:index: [', /policy\.yaml cannot be used: /],
  ['flavor:index: "@"\nflavor:index: "!"', /policy\.yaml cannot be used: line 2, column 1: map keys must be unique/],
]

for (const [text, complaint] of unusable) {
  test(`an edit to ${JSON.stringify(text)} keeps the previous policies, and is reported once`, t => {
    const { write, open, messages } = bench(t)
    write('policy.yaml', 'flavor:index: role:good')
    const policies = open()
    write('policy.yaml', text)
    assert.equal(policies().get('flavor:index')!.text, 'role:good')
    assert.equal(policies().get('flavor:index')!.text, 'role:good')
    assert.equal(messages.length, 1)
    assert.match(messages[0]!, complaint)
    assert.match(messages[0]!, /The previous access policies stay in force\.$/)
    write('policy.yaml', 'flavor:index: role:better')
    assert.equal(policies().get('flavor:index')!.text, 'role:better')
    assert.equal(messages.length, 1)
  })

  test(`a server does not start on ${JSON.stringify(text)}`, t => {
    const { write, open } = bench(t)
    write('policy.yaml', text)
    assert.throws(open, complaint)
  })
}

test('an unknown policy name is reported', t => {
  const { write, open, messages } = bench(t)
  write('policy.yaml', 'flavour:index: role:a\nbackup:create: rule:helper_role\nhelper_role: role:b')
  open()
  assert.deepEqual(messages, [
    "Unknown access policy 'flavour:index': no operation checks it, and no other rule refers to it. Is it misspelt?",
  ])
})
