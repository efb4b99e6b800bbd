//! Threads that people follow.

codes! {
    BAD_PARAMS           400 "api.getThreadsForUser.bad_params"                  "Please give either before or after, not both.";
    BAD_ONLY_PARAMS      400 "api.getThreadsForUser.bad_only_params"             "Please ask for totals only or for threads only, not both.";
    MEMBERSHIP_NOT_FOUND 404 "app.user.get_thread_membership_for_user.not_found" "You never followed this thread.";
    NOT_FOLLOWED         404 "app.user.get_threads_for_user.not_found"           "You do not follow this thread.";
}
