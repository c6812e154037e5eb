import { type Job, runJob } from './jobs.ts'

/** One process of several: does the jobs that it is sent, one after the other. */
process.on('message', async (job: Job) => {
  process.send?.(await runJob(job))
})
