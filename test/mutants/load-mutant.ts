import { registerHooks } from 'node:module'
import type { Mutant } from './mutants.ts'

// Loaded before the tests: in the place of one module, they get a mutant of it.

const { url, start, end, text } = JSON.parse(process.env.TROVE_TS_TEST_MUTANT!) as Mutant & { url: string }

registerHooks({
  load(loaded, context, next) {
    const module = next(loaded, context)
    if (loaded !== url) return module
    const source = Buffer.from(module.source as Uint8Array).toString()
    return { ...module, source: source.slice(0, start) + text + source.slice(end) }
  },
})
