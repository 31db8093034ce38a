import { listParameters } from '../list-query.ts'
import { routes } from '../routes.ts'

const knownParameters: ReadonlySet<string> = new Set([
  ...listParameters,
  ...routes.flatMap(({ query }) => Object.keys(query?.properties ?? {})),
])

/**
 * Returns a URL for the log. The values of query parameters that no route reads, and the fragment, are replaced with
 * `***`, because clients sometimes put a password or a token there by mistake.
 */
export function loggedUrl(url: string): string {
  if (!/[?#]/.test(url)) return url
  const [, path, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url)!
  const maskedQuery = query?.replace(/([?&])([^=&]*)=[^&]*/g, (parameter, separator: string, name: string) =>
    knownParameters.has(name) ? parameter : `${separator}${name}=***`,
  )
  return `${path}${maskedQuery ?? ''}${fragment === undefined ? '' : '#***'}`
}
