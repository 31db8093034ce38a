import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { holds, paths } from './tree.ts'

const emptyName = /^(?:utils?|commons?|helpers?|managers?|services?|misc|shared|stuff)$/
const kebab = /^(?:\d{4}-)?[a-z0-9]+(?:-[a-z0-9]+)*$/

function nameViolations(paths: readonly string[]): string[] {
  const steps = [
    ...new Set(paths.flatMap(path => path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')))),
  ]
  return steps.flatMap(path => {
    const name = path.split('/').at(-1)!
    const words = name.split('.')
    if (words[0]!.split('-').some(word => emptyName.test(word)) || emptyName.test(words[0]!))
      return [`${path} has a meaningless name: move it beside the code that uses it, or name it after what it does.`]
    if (name === 'README.md' || words.every(word => kebab.test(word))) return []
    return [`${path} is not kebab-case: write it like-this.ts, as all other files.`]
  })
}

const everything = () =>
  paths('{src,console,bin,openapi,docs,test}/**/*').filter(path => !path.startsWith('test/recorded/'))
test('files and folders have meaningful names in kebab-case', () => holds(nameViolations(everything())))

test('a meaningless name, and a name in another case, are found', () => {
  const files = [
    'src/api/utils/a.ts',
    'src/api/date-helpers.ts',
    'src/db/createTable.ts',
    'src/db/migrations/0001-a.ts',
    'docs/README.md',
  ]
  deepEqual(
    nameViolations(files).map(violation => violation.split(' ', 1)[0]),
    ['src/api/utils', 'src/api/date-helpers.ts', 'src/db/createTable.ts'],
  )
})
