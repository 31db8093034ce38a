#!/usr/bin/env node
import { startOnRightNode } from './start.js'

await startOnRightNode('trovets')
