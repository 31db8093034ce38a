import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Attributes, passes } from './policy-check.ts'
import { type Check, PolicySyntaxError, parsePolicy, parsePolicyList } from './policy-language.ts'

const rules: Readonly<Record<string, string>> = {
  yes: '@',
  no: '!',
  admin: 'role:admin or is_admin:True',
  owner: 'project_id:%(tenant)s',
}

const ann: Attributes = {
  user: 'ann',
  project_id: 'p1',
  roles: ['Member', 'dba'],
  is_admin: false,
  domain: null,
  level: 3,
  token: { groups: [{ name: 'blue' }, { name: 'green' }] },
}
const target: Attributes = { tenant: 'p1', state: 'UP', empty: null, on: true, whole: {} }

const ask = (check: Check, credentials = ann, of = target): boolean =>
  passes(check, {
    credentials,
    target: of,
    ruleOf: name => (rules[name] === undefined ? undefined : parsePolicy(rules[name])),
  })

/** Of Ann, acting on something of project p1. */
const readings: [rule: string, allowed: boolean, because: string][] = [
  ['', true, 'an empty rule lets everybody in'],
  ['   ', true, 'blanks are nothing'],
  ['@', true, 'so does @'],
  ['!', false, 'and ! nobody'],
  ['role:dba', true, 'she has the role'],
  ['role:DBA', true, 'case does not matter'],
  ['role:member', true, 'in hers neither'],
  ['role:admin', false, 'she has not'],
  ['role:%(state)s', false, 'a role may be filled in'],
  ['role:', false, 'an empty role is nobody’s'],
  ['rule:yes', true, 'another rule'],
  ['rule:no', false, 'another rule that says no'],
  ['rule:admin', false, 'a rule of checks'],
  ['rule:nowhere', false, 'a rule that is not there'],
  ['rule:owner', true, 'her own project’s'],
  ['project_id:%(tenant)s', true, 'attribute and target are the same'],
  ['project_id:p1', true, 'a text will do'],
  ['project_id:p2', false, 'another text'],
  ['project_id:%(owner)s', false, 'the target has no such attribute'],
  ['project_id:p%(level)s', false, 'not what the caller has, but the target'],
  ['user:a%%nn', false, '%% is one %'],
  ['nobody:%(tenant)s', false, 'she has no such attribute'],
  ['is_admin:False', true, 'as Python prints it'],
  ['is_admin:false', false, 'and not otherwise'],
  ['domain:None', true, 'nothing is None'],
  ['domain:%(empty)s', true, 'on both sides'],
  ['level:3', true, 'numbers as they are'],
  ['roles:dba', true, 'one entry of a list is enough'],
  ['roles:admin', false, 'but one it must be'],
  ['token.groups.name:green', true, 'a path goes through lists'],
  ['token.groups.name:red', false, 'and may find nothing'],
  ['token.groups.name.first:g', false, 'or end too early'],
  ['token.groups:blue', false, 'what has parts is no text'],
  ['token:%(whole)s', false, 'on neither side'],
  ['user.name:ann', false, 'a text has no parts'],
  ['True:%(on)s', true, 'a literal'],
  ["'UP':%(state)s", true, 'a text in quotes'],
  ['"DOWN":%(state)s', false, 'another one'],
  ['None:%(empty)s', true, 'None'],
  ['5:5', true, 'a number'],
  ['__proto__:x', false, 'what no caller has'],
  ['constructor:%(toString)s', false, 'nor any target'],
  ['role:dba and role:member', true, 'both'],
  ['role:dba and role:admin', false, 'one of them'],
  ['role:admin or role:dba', true, 'one is enough'],
  ['not role:admin', true, 'not'],
  ['not not role:admin', false, 'twice'],
  ['NOT role:admin AND role:dba OR !', true, 'words in capitals'],
  ['! and ! or @', true, 'and binds closer than or'],
  ['@ or @ and !', true, 'on either side'],
  ['(@ or @) and !', false, 'unless brackets say otherwise'],
  ['not ! and !', false, 'not binds closest'],
  ['not (! and !)', true, 'again unless'],
  ['((role:dba))', true, 'brackets in brackets'],
  ['( role:dba )', true, 'with blanks'],
  ['(project_id:%(tenant)s)', true, 'the brackets inside belong to the text'],
]

describe('a rule, asked of Ann', () => {
  for (const [rule, allowed, because] of readings)
    test(`'${rule}' ${allowed ? 'lets her in' : 'keeps her out'}: ${because}`, () =>
      assert.equal(ask(parsePolicy(rule)), allowed))
})

const broken: [rule: string, problem: string][] = [
  ['admin', "column 1: 'admin' is no check: expected something like 'role:admin'"],
  [':admin', "column 1: ':admin' is no check: expected something like 'role:admin'"],
  ['role:a role:b', "column 8: expected 'and' or 'or', but found 'role:b'"],
  ['role:a and', 'column 11: expected a check, but the rule ends'],
  ['role:a or or role:b', "column 11: expected a check, but found 'or'"],
  ['and role:a', "column 1: expected a check, but found 'and'"],
  ['not', 'column 4: expected a check, but the rule ends'],
  ['(role:a', "column 8: expected ')', but the rule ends"],
  ['role:a)', "column 7: expected 'and' or 'or', but found ')'"],
  ['()', "column 2: expected a check, but found ')'"],
  ["'role:a'", "column 1: 'role:a' is a text, not a check"],
  ['role:a)and', "column 7: ')' stands alone: expected something like %(tenant)s"],
  ['project_id:%(tenant)', "column 12: '%' stands alone: expected something like %(tenant)s"],
  ['project_id:%s', "column 12: '%' stands alone: expected something like %(tenant)s"],
  ['http://example.org/%(tenant)s', "column 1: 'http:' asks another server, which is not offered"],
  ['is admin:True', "column 1: 'is' is no check: expected something like 'role:admin'"],
  ['a+b:c', "column 1: 'a+b' is neither an attribute nor a literal"],
  ['  xyz', "column 3: 'xyz' is no check: expected something like 'role:admin'"],
]

describe('a rule that cannot be read', () => {
  for (const [rule, problem] of broken)
    test(`'${rule}' is refused with the place and what was expected`, () =>
      assert.throws(
        () => parsePolicy(rule),
        error => error instanceof PolicySyntaxError && error.message === problem,
      ))
})

describe('the older notation, asked of Ann', () => {
  const lists: [rule: unknown[], allowed: boolean][] = [
    [[], true],
    [[[]], false],
    [[['role:dba']], true],
    [['role:admin', 'role:dba'], true],
    [[['role:admin', 'role:dba']], false],
    [[['role:admin'], ['role:dba', 'project_id:%(tenant)s']], true],
  ]
  for (const [rule, allowed] of lists)
    test(`${JSON.stringify(rule)} ${allowed ? 'lets her in' : 'keeps her out'}`, () =>
      assert.equal(ask(parsePolicyList(rule)), allowed))
  for (const rule of [[5], [['role:a', 5]], [null]])
    test(`${JSON.stringify(rule)} cannot be read`, () => assert.throws(() => parsePolicyList(rule), PolicySyntaxError))
})

/** A rule as a tree, with what it comes to, and as a text with more or fewer brackets than it needs. */
type Tree = Readonly<{ text: string; value: boolean; binds: 'or' | 'and' | 'not' | 'one' }>

const leaf: fc.Arbitrary<Tree> = fc.constantFrom(
  { text: '@', value: true, binds: 'one' },
  { text: '!', value: false, binds: 'one' },
  { text: 'role:dba', value: true, binds: 'one' },
  { text: 'project_id:p2', value: false, binds: 'one' },
)
const strength = { or: 0, and: 1, not: 2, one: 3 }
const within = (tree: Tree, binds: Tree['binds']) =>
  strength[tree.binds] < strength[binds] ? `(${tree.text})` : tree.text

const { tree } = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    tie('tree').map((of): Tree => ({ text: `not ${within(of, 'not')}`, value: !of.value, binds: 'not' })),
    tie('tree').map((of): Tree => ({ text: `( ${of.text} )`, value: of.value, binds: 'one' })),
    fc.tuple(tie('tree'), tie('tree')).map(
      ([a, b]): Tree => ({
        text: `${within(a, 'and')} and ${within(b, 'not')}`,
        value: a.value && b.value,
        binds: 'and',
      }),
    ),
    fc.tuple(tie('tree'), tie('tree')).map(
      ([a, b]): Tree => ({
        text: `${within(a, 'or')} or ${within(b, 'and')}`,
        value: a.value || b.value,
        binds: 'or',
      }),
    ),
  ),
}))

test('whatever a rule is made of, it comes to what its parts come to', () =>
  fc.assert(fc.property(tree, ({ text, value }) => assert.equal(ask(parsePolicy(text)), value, text))))

test('no text makes the reader throw anything but a syntax error, and its column is in or just behind the text', () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...'()@!:%s \t\'"', 'and', 'or', 'not', 'role:a', '%(x)s')), parts => {
      const text = parts.join('')
      try {
        parsePolicy(text)
      } catch (error) {
        assert.ok(error instanceof PolicySyntaxError, String(error))
        assert.ok(error.at >= 1 && error.at <= text.length + 1, `${error.at} in '${text}'`)
      }
    }),
  ))
