counters = ["visits", "sales"]
extra_tags = {
  "cost-centre" = "4711"
}
