import type { Reading } from '../config/config.ts'
import type { Origin } from '../config/find-values.ts'
import type { Cell, Command, ConfigCheck } from './command.ts'

type Run = Command['run']

/** Lists each key that is set, ignored or wrong; with `--all`, also keys that have their default value. */
export const configCheck: Run = async (context, { options }) => {
  const check = context.checkConfig()
  const { readings, ignored } = check.inspection
  const findings = new Map(check.findings.map(({ option, problem }) => [option, problem]))
  const rows = readings.flatMap(reading => {
    const problem = reading.problem ?? findings.get(reading.name)
    const isShown = options.all === true || reading.origin.from !== 'default' || problem !== undefined
    return isShown ? [rowOf(reading, problem)] : []
  })
  const ignoredRows = ignored.map(({ section, key, place }): Cell[] => [
    `[${section}] ${key}`,
    null,
    place,
    'ignored',
    suggestionFor(check, section, key),
  ])
  const uses = check.uses
    ? [
        `Tokens: ${check.uses.identity}. Flavors: ${check.uses.flavors}. Instances: ${check.uses.computeDriver}.`,
        ...(check.uses.gate === undefined ? [] : [check.uses.gate]),
      ]
    : []
  // In the other formats, programs read stdout.
  if ((options.format ?? 'table') !== 'table') for (const line of uses) context.say(line)
  const wrong = rows.filter(row => row[3] === 'wrong').length
  return {
    columns: ['Key', 'Value', 'From', 'State', 'Note'],
    rows: [...rows, ...ignoredRows],
    lines: uses,
    ...(wrong === 0 ? {} : { refused: wrong === 1 ? 'One key is wrong.' : `${wrong} keys are wrong.` }),
  }
}

const placeOf = (origin: Origin) => (origin.from === 'default' ? 'default' : origin.place)

function rowOf(reading: Reading, problem: string | undefined): Cell[] {
  const { option, origin } = reading
  const state = problem === undefined ? 'used' : 'wrong'
  return [`[${option.section}] ${option.key}`, valueCell(reading), placeOf(origin), state, problem ?? null]
}

function valueCell({ value, problem, isSecret }: Reading): Cell {
  if (problem !== undefined || value === undefined) return null
  if (isSecret) return '***'
  if (typeof value === 'object') return value.join(', ')
  return typeof value === 'string' ? withoutPassword(value) : value
}

/** The value of any key may be a URL with a password. An @ that is not escaped may be part of the password. */
const withoutPassword = (text: string) =>
  text.replace(/(:\/\/[^:/@]*):.*@/s, '$1:***@').replace(/([?&][^=&]*passw[^=&]*=)[^&]*/gi, '$1***')

const suggestionFor = ({ nearest }: ConfigCheck, section: string, key: string): Cell => {
  const similarKey = nearest(section, key)
  return similarKey === undefined ? null : `did you mean ${similarKey}?`
}
