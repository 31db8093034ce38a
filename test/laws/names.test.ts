import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { notOffered, routes } from '../../src/api/routes.ts'
import { commands } from '../../src/cli/commands.ts'
import { options } from '../../src/config/options.ts'
import { holds, paths, textOf } from './tree.ts'

/** The pattern of names on a reference page, and the names in the code. */
type Page = Readonly<{ listed: RegExp; names: readonly string[] }>

async function codes(): Promise<string[]> {
  const modules: object[] = await Promise.all(paths('src/**/refusals.ts').map(path => import(`../../${path}`)))
  return modules.flatMap(Object.values).flatMap(each => (typeof each === 'object' ? Object.keys(each) : []))
}

const reference: Readonly<Record<string, Page>> = {
  'docs/reference/trove-manage.md': { listed: /^## (.+)$/gm, names: commands.map(({ verb }) => verb) },
  'docs/reference/api.md': {
    listed: /^(?:\| |- )`([A-Z]+ \/[^`]*|\/[^`]*)`/gm,
    names: [...routes.map(({ method, path }) => `${method} ${path}`), ...Object.keys(notOffered)],
  },
  'docs/reference/configuration.md': {
    listed: /^\| `(\[\w+\] \w+)`/gm,
    names: Object.values(options).map(({ section, key }) => `[${section}] ${key}`),
  },
  'docs/reference/refusals.md': { listed: /^\| `(\w+)`/gm, names: await codes() },
}

function namingViolations(pages: Readonly<Record<string, Page>>, read: (path: string) => string): string[] {
  return Object.entries(pages).flatMap(([path, { listed, names }]) => {
    const pageNames = [...read(path).matchAll(listed)].map(match => match[1]!)
    return [
      ...names
        .filter(name => !pageNames.includes(name))
        .map(name => `${path} does not list ${name}: run \`npm run gen\`.`),
      ...pageNames
        .filter(name => !names.includes(name))
        .map(name => `${path} lists ${name}, which the code does not have: run \`npm run gen\`.`),
      ...pageNames
        .filter((name, index) => pageNames.indexOf(name) !== index)
        .map(name => `${path} lists ${name} twice.`),
    ]
  })
}

test('the reference lists exactly the names in the code', () => holds(namingViolations(reference, textOf)))

test('a name that is missing, unknown or duplicate is found', () => {
  const page = { listed: /^## (.+)$/gm, names: ['db_sync', 'db_upgrade'] }
  deepEqual(
    namingViolations({ 'a.md': page }, () => '# Verbs\n\n## db_sync\n\n## db_burn\n\n## db_sync\n'),
    [
      'a.md does not list db_upgrade: run `npm run gen`.',
      'a.md lists db_burn, which the code does not have: run `npm run gen`.',
      'a.md lists db_sync twice.',
    ],
  )
})
