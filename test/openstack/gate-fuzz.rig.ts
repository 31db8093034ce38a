import { testFuzz } from './gate-fuzz.ts'
import { theRig } from './the-rig.ts'

testFuzz(theRig, { requests: 1000, understood: 250, ofEachOperation: 1 })
