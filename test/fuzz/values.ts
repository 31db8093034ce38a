import type { Schema } from './operations.ts'
import type { Random } from './random.ts'

/** In every password that is made up here, so that one that gets into the log is found there. */
export const passwordMark = 'fuzz-secret-'

const words = ['shop', 'orders', 'a', 'Ünïcode', 'two words', 'x-1', '8.4', 'UTF8', '10.0.0.1', 'été']

/** A value that the schema takes. What it means is another matter: a name may name nothing. */
export function validValue(schema: Schema, random: Random, name = ''): unknown {
  if (schema.enum) return random.pick(schema.enum)
  if (schema.anyOf) return validValue(random.pick(schema.anyOf), random, name)
  switch (schema.type) {
    case 'object':
      return validObject(schema, random)
    case 'array': {
      const length = Math.max(schema.minItems ?? 0, random.below(3))
      return Array.from({ length }, () => validValue(schema.items ?? {}, random, name))
    }
    case 'boolean':
      return random.chance(0.5)
    case 'integer':
    case 'number':
      return (schema.minimum ?? 0) + random.below(5)
    case 'null':
      return null
    default:
      return name === 'password' ? `${passwordMark}${random.below(1e9)}` : `${random.pick(words)}${random.below(1000)}`
  }
}

function validObject(schema: Schema, random: Random): object {
  const required = schema.required ?? []
  const named = Object.entries(schema.properties ?? {}).filter(([key]) => required.includes(key) || random.chance(0.4))
  const entries = named.map(([key, inner]) => [key, validValue(inner, random, key)])
  for (const inner of Object.values(schema.patternProperties ?? {}))
    entries.push([random.pick(['instances', 'volumes', 'ram', 'backups']), validValue(inner, random)])
  return Object.fromEntries(entries)
}
