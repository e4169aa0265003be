// Plain JavaScript, so that an old Node can print this error.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This needs Node 22.18 or newer, and runs on ${process.version}. On Linux (x64, glibc) \`pnpm install\` installs ` +
      "the right one; elsewhere install it first.",
  );
  process.exit(1);
}
