import { type Job, runJob } from './jobs.ts'

/** One process of several: does the jobs that it is sent, one after the other. */
process.on('message', (job: Job) => {
  process.send?.(runJob(job))
})
