/** Routes of the Pages Router are below `/api`. */
export default {
  rewrites: async () => [{ source: "/admin/safelight/:path*", destination: "/api/admin/:path*" }],
};
