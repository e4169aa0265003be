/** Loaded before a process that is to be measured: sends it the max size of its array buffers whenever that grows. */
let maxBytes = 0;
setInterval(() => {
  const { arrayBuffers } = process.memoryUsage();
  if (arrayBuffers <= maxBytes) return;
  maxBytes = arrayBuffers;
  process.send?.(maxBytes);
}, 50).unref();
