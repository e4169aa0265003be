import { isIP } from "node:net";
import { allowedCourses, hostileCourses } from "./allowed-courses.js";
import { type Course, providerHosts } from "./course.js";
import { literalCourses, nameCourses, urlCourses } from "./forbidden-courses.js";

/** Those that a copier on Workers has to stand: URLs alone decide there, since nobody looks up what a name is at. */
export function workersCourses(): readonly Course[] {
  const hostile = hostileCourses().filter(({ names = {} }) =>
    Object.values(names)
      .flat()
      .every(({ length }) => length > 0),
  );
  const unnamed = nameCourses().filter(({ hosts }) => hosts === providerHosts);
  const courses = [
    ...allowedCourses().map(withoutAddresses),
    ...hostile,
    ...urlCourses(),
    ...unnamed,
    ...literalCourses(),
  ];
  return courses.map((course) => ({ ...course, name: `on Workers, ${course.name}` }));
}

/** Not even one that is public is asked there by its number. */
function withoutAddresses(course: Course): Course {
  const isNumber = course.connects.some(({ hostname, port }) => isIP(hostname) !== 0 && port === undefined);
  return isNumber ? { ...course, connects: [], ends: "refused" } : course;
}
