import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { holds, type Text, texts } from './tree.ts'

/** A law that was never seen to fail may be one that cannot. */
const lawViolations = (laws: readonly Text[]): string[] =>
  laws
    .filter(({ text }) => !/\bholds\(/.test(text) || !/^test\('[^\n]*\b(?:is|are) found'/m.test(text))
    .map(({ path }) => `${path} is not shown to fail: plant a violation, in a test whose name ends in "is found".`)

test('each law is shown to fail', () => holds(lawViolations(texts('test/laws/*.test.ts'))))

test('a law that is not shown to fail is found', () => {
  const shown = { path: 'a.test.ts', text: "holds(x())\ntest('a bad thing is found', f)" }
  const unshown = { path: 'b.test.ts', text: "holds(x())\ntest('all is well', f)" }
  deepEqual(
    lawViolations([shown, unshown]).map(violation => violation.split(' ', 1)[0]),
    ['b.test.ts'],
  )
})
