import { Fault } from '../model/fault.ts'
import { type GateOperation, gateOperations } from '../model/gate-operation.ts'

const allOperations = ''

type Choice = 'refuse' | 'admit'

/** Reads `refuse, resize:admit`: a choice for all operations, and others for some. Throws a Fault for two choices for the same. */
export function whenUnavailable(
  texts: readonly string[],
  place: string,
): (operation: GateOperation | undefined) => Choice {
  const choices = new Map<string, Choice>()
  for (const text of texts) {
    const [, operation, choice] = /^(?:([a-z_]+)\s*:\s*)?(refuse|admit)$/.exec(text.trim()) ?? []
    if (choice === undefined || (operation !== undefined && !Object.hasOwn(gateOperations, operation)))
      throw new Fault(
        `${place}: [trovets] when_unavailable: '${text}' is not valid. Use 'refuse' or 'admit', or 'OPERATION:admit' with one of ${Object.keys(gateOperations).join(', ')}.`,
      )
    const key = operation ?? allOperations
    if ((choices.get(key) ?? choice) !== choice)
      throw new Fault(
        `${place}: [trovets] when_unavailable says both 'refuse' and 'admit' for ${operation ?? 'all operations'}. Name each operation once.`,
      )
    choices.set(key, choice as Choice)
  }
  return operation =>
    operation === undefined ? 'refuse' : (choices.get(operation) ?? choices.get(allOperations) ?? 'refuse')
}
