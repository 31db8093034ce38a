import { type LocalComputeOptions, openLocalCompute } from '../../src/compute/local/compute.ts'
import type { Call } from './host.ts'

/** Runs the compute driver in its own process, controlled by its parent; see `openHost`. */
const compute = openLocalCompute(JSON.parse(process.argv[2]!) as LocalComputeOptions)

process.on('message', async ({ number, method, args }: Call) => {
  try {
    const call = compute[method] as (...args: unknown[]) => unknown
    process.send!({ number, result: await call(...args) })
  } catch (error) {
    const { message, cause } = error as Error
    process.send!({ number, failure: message, cause: String((cause as { stderr?: string })?.stderr ?? cause ?? '') })
  }
})
process.on('disconnect', () => process.exit())
process.send!({ number: 0 })
