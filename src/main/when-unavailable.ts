import { Fault } from '../model/fault.ts'
import { type GateOperation, gateOperations } from '../model/gate-operation.ts'

type Choice = 'refuse' | 'admit'

/** Reads `refuse, resize:admit`: a choice for all operations, and others for some. */
export function whenUnavailable(
  texts: readonly string[],
  place: string,
): (operation: GateOperation | undefined) => Choice {
  let all: Choice = 'refuse'
  const some = new Map<string, Choice>()
  for (const text of texts) {
    const [, operation, choice] = /^(?:([a-z_]+)\s*:\s*)?(refuse|admit)$/.exec(text.trim()) ?? []
    if (choice === undefined || (operation !== undefined && !Object.hasOwn(gateOperations, operation)))
      throw new Fault(
        `${place}: [trovets] when_unavailable: '${text}' is not valid. Use 'refuse' or 'admit', or 'OPERATION:admit' with one of ${Object.keys(gateOperations).join(', ')}.`,
      )
    if (operation === undefined) all = choice as Choice
    else some.set(operation, choice as Choice)
  }
  return operation => (operation === undefined ? 'refuse' : (some.get(operation) ?? all))
}
