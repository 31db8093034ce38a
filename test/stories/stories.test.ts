import { describe, test } from 'node:test'
import { loadStories } from './load-stories.ts'
import { runStep } from './run-step.ts'
import { startStoryWorld } from './story-world.ts'

describe('stories', { concurrency: 4 }, () => {
  for (const story of loadStories()) {
    test(story.name, async t => {
      const storyWorld = await startStoryWorld(story.world)
      t.after(() => storyWorld.world.stop())
      for (const step of story.steps) await t.test(step.name, () => runStep(step, storyWorld))
    })
  }
})
