import { describe, test } from 'node:test'
import { engines } from '../servers/engines.ts'
import { loadStories, needsSystem } from './load-stories.ts'
import { runStep } from './run-step.ts'
import { startStoryWorld } from './story-world.ts'

/** Some stories need engines that only `npm run test:all` has. */
const isAll = process.env.TROVE_TS_TEST_SYSTEM === '1'

describe('stories', { concurrency: 4 }, () => {
  for (const story of loadStories()) {
    if (needsSystem(story) && !isAll) continue
    for (const engine of story.onEveryDatabase ? engines : [undefined])
      test(engine ? `${story.name} on ${engine.name}` : story.name, async t => {
        const storyWorld = await startStoryWorld(story.world, await engine?.createDatabase())
        t.after(() => storyWorld.world.stop())
        for (const step of story.steps) await t.test(step.name, () => runStep(step, storyWorld))
      })
  }
})
