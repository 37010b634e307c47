class Own(BaseException):
    pass


raise Own("unusual")
