import { testFuzz } from './gate-fuzz.ts'
import { theRig } from './the-rig.ts'

testFuzz(theRig, { requests: Number(process.env.REQUESTS ?? 21_000), understood: 5000, ofEachOperation: 50 })
