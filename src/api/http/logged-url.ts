import { listParameters } from '../list-query.ts'
import { routes } from '../routes.ts'

const read: ReadonlySet<string> = new Set([
  ...listParameters,
  ...routes.flatMap(({ query }) => Object.keys(query?.properties ?? {})),
])

/**
 * A URL as the log has it: without what its query says under names that no route reads, and without a fragment. Somebody
 * may have put a password or a token there, where it does not belong.
 */
export function loggedUrl(url: string): string {
  const [, path, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url)!
  const shown = query?.replace(/([?&])([^=&]*)=[^&]*/g, (said, before: string, name: string) =>
    read.has(name) ? said : `${before}${name}=***`,
  )
  return `${path}${shown ?? ''}${fragment === undefined ? '' : '#***'}`
}
