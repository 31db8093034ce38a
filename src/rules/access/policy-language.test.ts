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

/** Ann, who acts on an object of project p1. */
const readings: [rule: string, allowed: boolean, because: string][] = [
  ['', true, 'an empty rule admits every caller'],
  ['   ', true, 'blanks are ignored'],
  ['@', true, 'so does @'],
  ['!', false, 'and ! nobody'],
  ['role:dba', true, 'she has the role'],
  ['role:DBA', true, 'case does not matter'],
  ['role:member', true, 'nor in her roles'],
  ['role:admin', false, 'she does not have the role'],
  ['role:%(state)s', false, 'a role can be filled in from the target'],
  ['role:', false, 'no caller has an empty role'],
  ['rule:yes', true, 'another rule'],
  ['rule:no', false, 'a rule that refuses'],
  ['rule:admin', false, 'a rule of several checks'],
  ['rule:nowhere', false, 'an unknown rule'],
  ['rule:owner', true, 'her own project’s'],
  ['project_id:%(tenant)s', true, 'attribute and target are the same'],
  ['project_id:p1', true, 'a text is enough'],
  ['project_id:p2', false, 'another text'],
  ['project_id:%(owner)s', false, 'the target has no such attribute'],
  ['project_id:p%(level)s', false, 'attributes are filled in from the target, not from the caller'],
  ['user:a%%nn', false, '%% is one %'],
  ['nobody:%(tenant)s', false, 'she does not have this attribute'],
  ['is_admin:False', true, 'as Python prints it'],
  ['is_admin:false', false, 'and not in another spelling'],
  ['domain:None', true, 'null is None'],
  ['domain:%(empty)s', true, 'on both sides'],
  ['level:3', true, 'numbers are compared as texts'],
  ['roles:dba', true, 'one entry of a list is enough'],
  ['roles:admin', false, 'but one is required'],
  ['token.groups.name:green', true, 'a path goes through lists'],
  ['token.groups.name:red', false, 'and may find no value'],
  ['token.groups.name.first:g', false, 'or may end too early'],
  ['token.groups:blue', false, 'an object is not a text'],
  ['token:%(whole)s', false, 'on neither side'],
  ['user.name:ann', false, 'a text has no attributes'],
  ['True:%(on)s', true, 'a literal'],
  ["'UP':%(state)s", true, 'a text in quotes'],
  ['"DOWN":%(state)s', false, 'another one'],
  ['None:%(empty)s', true, 'None'],
  ['5:5', true, 'a number'],
  ['__proto__:x', false, 'an attribute that no caller has'],
  ['constructor:%(toString)s', false, 'an attribute that no target has'],
  ['role:dba and role:member', true, 'both'],
  ['role:dba and role:admin', false, 'one of them is missing'],
  ['role:admin or role:dba', true, 'one is enough'],
  ['not role:admin', true, 'not'],
  ['not not role:admin', false, 'twice'],
  ['NOT role:admin AND role:dba OR !', true, 'operators in capitals'],
  ['! and ! or @', true, 'and takes precedence over or'],
  ['@ or @ and !', true, 'on either side'],
  ['(@ or @) and !', false, 'unless brackets change that'],
  ['not ! and !', false, 'not takes precedence over both'],
  ['not (! and !)', true, 'again unless'],
  ['((role:dba))', true, 'nested brackets'],
  ['( role:dba )', true, 'with blanks'],
  ['(project_id:%(tenant)s)', true, 'brackets inside are part of the text'],
]

describe('a rule, evaluated for Ann', () => {
  for (const [rule, allowed, because] of readings)
    test(`'${rule}' ${allowed ? 'admits her' : 'refuses her'}: ${because}`, () =>
      assert.equal(ask(parsePolicy(rule)), allowed))
})

const broken: [rule: string, problem: string][] = [
  ['admin', "column 1: invalid check 'admin': expected something like 'role:admin'"],
  [':admin', "column 1: invalid check ':admin': expected something like 'role:admin'"],
  ['role:a role:b', "column 8: expected 'and' or 'or', but found 'role:b'"],
  ['role:a and', 'column 11: expected a check, but the rule ends'],
  ['role:a or or role:b', "column 11: expected a check, but found 'or'"],
  ['and role:a', "column 1: expected a check, but found 'and'"],
  ['not', 'column 4: expected a check, but the rule ends'],
  ['(role:a', "column 8: expected ')', but the rule ends"],
  ['role:a)', "column 7: expected 'and' or 'or', but found ')'"],
  ['(role:a))', "column 9: expected 'and' or 'or', but found ')'"],
  ['()', "column 2: expected a check, but found ')'"],
  ["'role:a'", "column 1: 'role:a' is a string, not a check"],
  ['role:a)and', "column 7: unexpected ')': expected something like %(tenant)s"],
  ['project_id:%(tenant)', "column 12: unexpected '%': expected something like %(tenant)s"],
  ['project_id:%s', "column 12: unexpected '%': expected something like %(tenant)s"],
  ['http://example.org/%(tenant)s', "column 1: 'http:' checks ask another server, which is not supported"],
  ['is admin:True', "column 1: invalid check 'is': expected something like 'role:admin'"],
  ['a+b:c', "column 1: 'a+b' is neither an attribute nor a literal"],
  ['  xyz', "column 3: invalid check 'xyz': expected something like 'role:admin'"],
]

const tooDeep = "more than 100 levels of brackets and 'not'"

test('a rule may have 100 levels of brackets and not', () => {
  assert.equal(ask(parsePolicy(`${'not '.repeat(100)}@`)), true)
  assert.equal(ask(parsePolicy(`${'('.repeat(100)}!${')'.repeat(100)}`)), false)
  assert.equal(ask(parsePolicy(Array.from({ length: 200 }, () => '(@)').join(' and '))), true)
  assert.throws(() => parsePolicy(`${'not '.repeat(101)}role:a`), { message: `column 405: ${tooDeep}` })
  assert.throws(() => parsePolicy('('.repeat(101)), { message: `column 101: ${tooDeep}` })
})

describe('an invalid rule', () => {
  for (const [rule, problem] of broken)
    test(`'${rule}' is refused with the column and what was expected`, () =>
      assert.throws(
        () => parsePolicy(rule),
        error => error instanceof PolicySyntaxError && error.message === problem,
      ))
})

describe('the older notation, evaluated for Ann', () => {
  const lists: [rule: unknown[], allowed: boolean][] = [
    [[], true],
    [[[]], false],
    [[['role:dba']], true],
    [['role:admin', 'role:dba'], true],
    [[['role:admin', 'role:dba']], false],
    [[['role:admin'], ['role:dba', 'project_id:%(tenant)s']], true],
  ]
  for (const [rule, allowed] of lists)
    test(`${JSON.stringify(rule)} ${allowed ? 'admits her' : 'refuses her'}`, () =>
      assert.equal(ask(parsePolicyList(rule)), allowed))
  for (const rule of [[5], [['role:a', 5]], [null]])
    test(`${JSON.stringify(rule)} is invalid`, () =>
      assert.throws(() => parsePolicyList(rule), {
        message: 'column 1: expected a string, or a list of lists of checks',
      }))
  test('an invalid check is refused at column 1', () =>
    assert.throws(() => parsePolicyList([['admin']]), { message: /^column 1: invalid check 'admin'/ }))
  test('a list of one check is this check', () => {
    assert.deepEqual(parsePolicyList([['role:dba']]), parsePolicy('role:dba'))
    assert.deepEqual(parsePolicyList([['role:dba', '@']]), parsePolicy('role:dba and @'))
  })
})

/** A rule as a tree with its result, and as a text with optional brackets. */
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

test('the result of a rule follows from the results of its parts', () =>
  fc.assert(fc.property(tree, ({ text, value }) => assert.equal(ask(parsePolicy(text)), value, text))))

test('any text is either parsed or gives a syntax error, whose column is inside the text or just after it', () =>
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
