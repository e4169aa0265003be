using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "dist-smoke/smoke-worker.js")],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "DATABASE_URL", fromEnvironment = "DATABASE_URL"),
    (name = "BUCKET_URL", fromEnvironment = "BUCKET_URL"),
    (name = "VENDOR_URL", fromEnvironment = "VENDOR_URL"),
    (name = "PUBLIC_URL", fromEnvironment = "PUBLIC_URL"),
    (name = "SAFELIGHT_SECRET", fromEnvironment = "SAFELIGHT_SECRET"),
  ],
);
