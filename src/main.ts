#!/usr/bin/env node
const argv = process.argv.slice(2)
if (argv[0] === 'heartbeat-check') {
  const { runHeartbeatProgram } = await import('./cli/heartbeat-check.ts')
  process.exitCode = runHeartbeatProgram(argv, process)
} else {
  const { runCommandLine } = await import('./cli/program.ts')
  process.exitCode = await runCommandLine(argv)
}
