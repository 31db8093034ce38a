import { refusals } from '../../model/refused.ts'

const shownMax = 100

/** A text from the request, which can be as long as a whole body. */
const short = (text: string): string => (text.length > shownMax ? `${text.slice(0, shownMax)}…` : text)

const actionsShownMax = 5

function actionsInWords(actions: readonly string[]): string {
  const shown = actions.slice(0, actionsShownMax).map(action => `'${short(action)}'`)
  return [...shown, ...(actions.length > actionsShownMax ? ['…'] : [])].join(', ')
}

/**
 * Words the refusals of requests that Trove could understand differently than we do. When to refuse is decided beside this
 * file. Each sentence says how to send the request instead. A body that is too large or has a content encoding is refused
 * with the sentences of `src/rules/refusals.ts`, and what Trove refuses for a replica, with Trove's
 * (trove@4cdc0cd instance/service.py:384).
 */
export const gateRefusal = refusals({
  path_unclear: {
    status: 400,
    words: (f: { plain: string }) =>
      `The path of this request can be read in several ways. Send it in its plain form, ${f.plain}: without empty or encoded parts, a suffix, or a slash at the end.`,
  },
  method_unclear: {
    status: 400,
    words: (f: { method: string }) => `Invalid method '${f.method}': write it in upper case.`,
  },
  method_override_unsupported: {
    status: 400,
    words: (_: Record<string, never>) =>
      "The query parameter '_method' is not supported for this path. Send the request with the method itself.",
  },
  dry_run_unsupported: {
    status: 400,
    words: (f: { word: string }) =>
      `Unknown query parameter '${short(f.word)}'; nothing was changed. Trove has no dry runs and would carry out this request. To check the creation of an instance, send the request to POST /v1.0/{project}/instances/dry-run.`,
  },
  body_of_get: {
    status: 400,
    words: (_: Record<string, never>) =>
      'A GET request that changes an instance is not supported. Send the body with PATCH to /v1.0/{project}/instances/{id}.',
  },
  content_type_unclear: {
    status: 400,
    words: (f: { contentType: string }) =>
      `Invalid Content-Type '${short(f.contentType)}' for this request: send JSON with 'Content-Type: application/json'.`,
  },
  content_type_missing: {
    status: 400,
    words: (_: Record<string, never>) =>
      "The request has a body, but no Content-Type. Send JSON with 'Content-Type: application/json'.",
  },
  body_encoding_unclear: {
    status: 400,
    words: (_: Record<string, never>) =>
      'Invalid encoding of the body: send JSON in UTF-8, without a byte order mark and without null bytes.',
  },
  body_not_strict_json: {
    status: 400,
    words: (_: Record<string, never>) =>
      'The body is not strict JSON: write numbers as plain digits, and \\u with four hexadecimal digits.',
  },
  key_repeated: {
    status: 400,
    words: (f: { key: string }) => `Duplicate key '${short(f.key)}' in an object of the body: send it once.`,
  },
  number_unclear: {
    status: 400,
    words: (f: { number: string }) =>
      `Invalid number '${short(f.number)}' in the body: send whole numbers of at most 15 digits, without a fraction or an exponent.`,
  },
  body_nested_too_deeply: {
    status: 400,
    words: (f: { levelsMax: number }) => `The body is nested more than ${f.levelsMax} levels deep.`,
  },
  text_not_unicode: {
    status: 400,
    words: (f: { text: string }) => `Invalid text ${short(f.text)} in the body: it contains an unpaired surrogate.`,
  },
  actions_combined: {
    status: 400,
    words: (f: { actions: readonly string[] }) =>
      `The body has several keys: ${actionsInWords(f.actions)}. Send one action in each request.`,
  },
  resize_combined: {
    status: 400,
    words: (_: Record<string, never>) =>
      "'resize' has both 'flavorRef' and 'volume'. Send one request for the flavor and one for the volume.",
  },
  value_unclear: {
    status: 400,
    words: (f: { key: string; expected: string }) => `Invalid value of '${f.key}' in the body: expected ${f.expected}.`,
  },
  key_unclear: {
    status: 400,
    words: (f: { key: string; instead: string }) => `The key '${f.key}' is not supported: ${f.instead}.`,
  },
  replica_argument: {
    status: 400,
    words: (f: { what: string }) => `Cannot specify ${f.what} when creating replicas.`,
  },
  decision_for_others_forbidden: {
    status: 403,
    words: (f: { userId: string }) =>
      `User ${f.userId} may not ask for decisions about the requests of others. The operator can add the id to [trovets] decision_callers.`,
  },
  decision_body_invalid: {
    status: 400,
    words: (_: Record<string, never>) =>
      "Invalid value of 'body_base64': encode the bytes of the body in base64 with the characters A-Z, a-z, 0-9, + and /, padded with =.",
  },
  decision_not_found: {
    status: 404,
    words: (f: { decision: string }) =>
      `Decision '${f.decision}' cannot be found. You can only report results of your own decisions with 'report_result: true'.`,
  },
})
